import type { DeclaredInput } from '@/runs/startInputs';

const examples: Record<string, unknown> = {
  phone: '+639171234567',
  email: 'ann@example.com',
  integer: 1,
  number: 1.5,
  boolean: true,
  date: '2026-01-31',
  datetime: '2026-01-31T09:00:00Z',
  json: {},
};

/** A value that the input takes: its own example where it has one. */
export function exampleValue(input: Pick<DeclaredInput, 'type' | 'example'>): unknown {
  const typed = Object.hasOwn(examples, input.type) ? examples[input.type] : 'text';
  if (!input.example) return typed;
  if (typeof typed === 'string') return input.example;
  try {
    return JSON.parse(input.example) as unknown;
  } catch {
    return typed;
  }
}

/** A shell command that starts a run. The key comes from the environment, so that it is not in the shell's history. */
export function curlExample(origin: string, flowId: string, inputs: readonly DeclaredInput[]): string {
  const body = { inputs: Object.fromEntries(inputs.map((input) => [input.name, exampleValue(input)])) };
  return [
    `curl -X POST ${quote(`${origin}/api/v1/flows/${flowId}/runs`)}`,
    `  -H "Authorization: Bearer $SLUICE_API_KEY"`,
    `  -H 'Content-Type: application/json'`,
    `  -H "Idempotency-Key: $(uuidgen)"`,
    `  -d ${quote(JSON.stringify(body, undefined, 2))}`,
  ].join(' \\\n');
}

/** Single quotes for a POSIX shell. */
function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
