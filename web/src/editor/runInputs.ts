import { isObject, type Json, type JsonObject } from '@/flow-model';

/** An input that a flow's entry declares. */
export interface RunInput {
  name: string;
  type: string;
  title: string;
  help: string;
  example: string;
  required: boolean;
  secret: boolean;
  default: Json | undefined;
}

/** The inputs that a definition asks for, in order; entryTypes are the node types that runs begin at. */
export function runInputs(definition: unknown, entryTypes: ReadonlySet<string>): RunInput[] {
  if (!isObject(definition) || !Array.isArray(definition.nodes)) return [];
  const entry = definition.nodes.find((node) => isObject(node) && entryTypes.has(String(node.type)));
  const config = isObject(entry) && isObject(entry.config) ? entry.config : {};
  if (!Array.isArray(config.inputs)) return [];
  return config.inputs.filter(isObject).flatMap((input) => {
    const name = text(input.name);
    if (!name) return [];
    return [
      {
        name,
        type: text(input.type) || 'string',
        title: text(input.title) || name,
        help: text(input.help),
        example: text(input.example),
        required: input.required === true,
        secret: input.secret === true,
        default: input.default,
      },
    ];
  });
}

/**
 * What was typed, as the API wants it: numbers and yes-or-no by their type, JSON
 * parsed. What cannot be read goes as text, and the server says what it thinks
 * of it. Empty fields are left out.
 */
export function inputValues(inputs: readonly RunInput[], typed: { [name: string]: string }): JsonObject {
  const values: JsonObject = {};
  for (const input of inputs) {
    const entry = typed[input.name] ?? '';
    if (entry === '') continue;
    values[input.name] = inputValue(input.type, entry);
  }
  return values;
}

function inputValue(type: string, entry: string): Json {
  const trimmed = entry.trim();
  switch (type) {
    case 'integer':
    case 'number':
      return /^-?\d+(\.\d+)?$/.test(trimmed) ? Number(trimmed) : entry;
    case 'boolean':
      return trimmed === 'true' ? true : trimmed === 'false' ? false : entry;
    case 'json':
      try {
        return JSON.parse(trimmed) as Json;
      } catch {
        return entry;
      }
    case 'phone':
    case 'email':
      return trimmed;
    default:
      return entry;
  }
}

function text(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}
