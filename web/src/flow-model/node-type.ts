import { isObject, type Json, type JsonObject } from './json';

/**
 * A node type as `GET /node-types` describes it. The editor knows nothing
 * about single node types: palette, cards and forms come from here.
 */
export interface NodeType {
  type: string;
  title: string;
  help: string;
  group: string;
  /** A lucide icon's name. */
  icon: string;
  hue: string;
  /** The card's first line; {path} stands for a config value. */
  summary?: string;
  /** The card's second line. */
  detail?: string;
  ports: PortType[];
  /** The config list whose items' `port` are exits too, before `ports`. */
  ports_from?: string;
  outputs?: OutputType[];
  sets?: SetType[];
  channel_type?: string;
  /** The config field that says the channel type, where nodes can use several. */
  channel_type_from?: string;
  /** Its nodes wait for what people write. */
  replies?: boolean;
  /** Keeps the place of a step of another tool: not offered, shown as disabled, never published. */
  placeholder?: boolean;
  entry?: boolean;
  /** The config field with the id of the node that a jump goes to. */
  target?: string;
  /** The config field that bounds how often. */
  limit?: string;
  /** JSON Schema (2020-12) of the config with x-sluice notes. */
  config: { [key: string]: unknown };
}

export interface PortType {
  name: string;
  title: string;
  help?: string;
  icon?: string;
  failure?: boolean;
  deadline?: string;
  /** The list of the config that must have items for the port to be there. */
  with?: string;
  /** The list of the config that must have none. */
  without?: string;
  falls_back_to?: string[];
}

export interface OutputType {
  name: string;
  type: string;
  help: string;
  example?: string;
}

export interface SetType {
  path: string;
  type?: string;
  type_from?: string;
}

/** What a field's control must know beyond the JSON Schema standard. */
export interface FieldNotes {
  kind: string;
  example?: string;
  multiline?: boolean;
  /** The text gives a moment. */
  moment?: boolean;
  /** The field that no two items of a list may share. */
  unique?: string;
  /** Shows the field only when a sibling has one of these values. */
  when?: { field: string; values: string[] };
}

/** The schema of one field. Unknown keywords are ignored, as JSON Schema asks. */
export interface FieldSchema {
  title?: string;
  description?: string;
  type?: string;
  enum?: string[];
  const?: Json;
  default?: Json;
  minimum?: number;
  maximum?: number;
  minItems?: number;
  maxItems?: number;
  maxLength?: number;
  pattern?: string;
  properties?: { [name: string]: FieldSchema };
  required?: string[];
  items?: FieldSchema;
  oneOf?: FieldSchema[];
  $ref?: string;
  'x-titles'?: { [value: string]: string };
  /** Of choices that are operators: what they compare with, and the types they are for. */
  'x-operators'?: { [value: string]: { takes: string; for?: string[] } };
  'x-sluice'?: FieldNotes;
}

export interface Field {
  name: string;
  schema: FieldSchema;
  required: boolean;
}

/** The node types by name. */
export type NodeTypes = ReadonlyMap<string, NodeType>;

export function byType(types: readonly NodeType[]): NodeTypes {
  return new Map(types.map((type) => [type.type, type]));
}

export function configSchema(type: NodeType): FieldSchema {
  return type.config as FieldSchema;
}

/** The fields of an object schema in order; `type` of a union's variant is not one of them. */
export function fieldsOf(schema: FieldSchema): Field[] {
  return Object.entries(schema.properties ?? {})
    .filter(([, field]) => field.const === undefined)
    .map(([name, field]) => ({ name, schema: field, required: schema.required?.includes(name) ?? false }));
}

/** The kind of control: the schema's own note, or a guess from its standard keywords. */
export function kindOf(schema: FieldSchema): string {
  const kind = schema['x-sluice']?.kind;
  if (kind) return kind;
  if (schema.$ref) return 'ref';
  if (schema.oneOf) return 'union';
  if (schema.enum) return 'choice';
  switch (schema.type) {
    case 'array':
      return 'list';
    case 'string':
      return 'text';
    case undefined:
      return 'value';
    default:
      return schema.type;
  }
}

/** The variants of a union field or of what a ref points at, each with its `type`. */
export function variantsOf(schema: FieldSchema, root: FieldSchema): { type: string; schema: FieldSchema }[] {
  const resolved = schema.$ref ? definitionOf(root, schema.$ref) : schema;
  return (resolved?.oneOf ?? []).map((variant) => ({
    type: String(variant.properties?.type?.const ?? ''),
    schema: variant,
  }));
}

export function definitionOf(root: FieldSchema, ref: string): FieldSchema | undefined {
  const defs = (root as { $defs?: { [name: string]: FieldSchema } }).$defs ?? {};
  return defs[ref.replace('#/$defs/', '')];
}

/** Whether the field is to be shown beside these siblings. */
export function isShown(field: Field, siblings: { fields: Field[]; value: Json | undefined }): boolean {
  const when = field.schema['x-sluice']?.when;
  if (!when) return true;
  const own = isObject(siblings.value) ? siblings.value[when.field] : undefined;
  const fallback = siblings.fields.find((sibling) => sibling.name === when.field)?.schema.default;
  return when.values.includes(String(own ?? fallback ?? ''));
}

/**
 * What a new value of that field begins as: only what must be there and can be
 * known. Required lists get their least number of items, required unions
 * their first variant; nothing else is written for the user.
 */
export function initialValue(schema: FieldSchema, root: FieldSchema): Json | undefined {
  switch (kindOf(schema)) {
    case 'object':
      return initialObject(schema, root);
    case 'union':
    case 'ref': {
      const first = variantsOf(schema, root)[0];
      return first && initialVariant(first, root);
    }
    case 'list': {
      const { items, minItems = 0 } = schema;
      if (!items) return [];
      return Array.from({ length: minItems }, () => initialValue(items, root) ?? blankValue(items));
    }
    case 'choice':
      // A rule begins with the operator that is asked for most, which is the first.
      return schema['x-operators'] && schema.enum?.[0];
    default:
      return undefined;
  }
}

/** What a new union value of that variant begins as. */
export function initialVariant(
  variant: { type: string; schema: FieldSchema },
  root: FieldSchema,
): JsonObject {
  return { type: variant.type, ...initialObject(variant.schema, root) };
}

export function initialObject(schema: FieldSchema, root: FieldSchema): JsonObject {
  const object: JsonObject = {};
  for (const field of fieldsOf(schema)) {
    if (!field.required) continue;
    const value = initialValue(field.schema, root);
    if (value !== undefined) object[field.name] = value;
  }
  return object;
}

/** The empty value of a list's item: a list has no holes. */
export function blankValue(schema: FieldSchema): Json {
  switch (kindOf(schema)) {
    case 'integer':
    case 'number':
      return schema.minimum ?? 0;
    case 'boolean':
      return false;
    case 'choice':
      return schema.enum?.[0] ?? '';
    case 'list':
      return [];
    case 'object':
    case 'union':
    case 'ref':
      return {};
    default:
      return '';
  }
}
