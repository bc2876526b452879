import { t } from '@lingui/core/macro';
import type { Flow } from '@/flow-model';

/** One input that a flow's Start declares. */
export interface DeclaredInput {
  name: string;
  type: string;
  title: string;
  help: string;
  example: string;
  required: boolean;
  secret: boolean;
  /** Used by the server when nothing is given. */
  default?: unknown;
}

/** What a form holds per input, as text; empty: not given. Yes-or-no inputs have "true" or "false". */
export type InputTexts = Record<string, string>;

/** Stands in runs where a secret was. */
const mask = '••••••';

/** The inputs of a flow in the order in which Start declares them. */
export function declaredInputs(flow: Flow, entryTypes: ReadonlySet<string>): DeclaredInput[] {
  const start = flow.nodes.find((node) => entryTypes.has(node.type));
  const list: unknown = start?.config?.inputs;
  if (!Array.isArray(list)) return [];
  return list.filter(isRecord).flatMap((input) =>
    typeof input.name === 'string' && input.name
      ? [
          {
            name: input.name,
            type: text(input.type) || 'string',
            title: text(input.title) || input.name,
            help: text(input.help),
            example: text(input.example),
            required: input.required === true,
            secret: input.secret === true,
            ...(input.default === undefined ? {} : { default: input.default }),
          },
        ]
      : [],
  );
}

/** What the form begins with: defaults, or the values of an earlier run except its secrets. */
export function initialTexts(
  inputs: readonly DeclaredInput[],
  earlier: Record<string, unknown> = {},
): InputTexts {
  return Object.fromEntries(
    inputs.map((input) => {
      const value = earlier[input.name] ?? input.default;
      if (value === undefined || value === null || value === mask) return [input.name, ''];
      return [input.name, typeof value === 'string' ? value : JSON.stringify(value)];
    }),
  );
}

/**
 * Makes the body of a trigger from the form. Empty fields are left out. What
 * cannot even be sent in the input's type is a problem here; everything else
 * the server judges.
 */
export function readTexts(
  inputs: readonly DeclaredInput[],
  texts: InputTexts,
): { inputs: Record<string, unknown>; problems: Record<string, string> } {
  const values: Record<string, unknown> = {};
  const problems: Record<string, string> = {};
  for (const input of inputs) {
    const given = texts[input.name] ?? '';
    const trimmed = given.trim();
    if (!trimmed) {
      if (input.required && input.default === undefined)
        problems[input.name] = t`A run needs this. Fill it in.`;
      continue;
    }
    if (input.type === 'integer' || input.type === 'number') {
      const number = Number(trimmed);
      if (!Number.isFinite(number)) problems[input.name] = t`Write a number, such as 42.`;
      else values[input.name] = number;
    } else if (input.type === 'boolean') {
      values[input.name] = trimmed === 'true';
    } else if (input.type === 'json') {
      try {
        values[input.name] = JSON.parse(trimmed);
      } catch {
        problems[input.name] = t`This is not JSON. Put text in double quotes.`;
      }
    } else values[input.name] = given;
  }
  return { inputs: values, problems };
}

/** A random key by which the server knows a repeated request; also on pages without HTTPS. */
export function idempotencyKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('');
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
