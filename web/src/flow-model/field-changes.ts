import type { FlowNode } from './flow';
import { canonical, isObject, type Json, type JsonObject, type Path } from './json';
import {
  configSchema,
  definitionOf,
  type FieldSchema,
  fieldsOf,
  kindOf,
  type NodeTypes,
  variantsOf,
} from './node-type';

/** One value of a node that is not what it was. */
export interface FieldChange {
  /** "name" and "type" are the node's own; the others are within its config. */
  path: Path;
  /** The titles of the fields on the way, the innermost last: ["Message", "Text"]. Numbers count items from 1. */
  labels: readonly (string | number)[];
  before: Json | undefined;
  after: Json | undefined;
  schema: FieldSchema | undefined;
}

/** The changes from one node to another with the same id, in the order of its form. */
export function fieldChanges(before: FlowNode, after: FlowNode, types: NodeTypes): FieldChange[] {
  const changes: FieldChange[] = [];
  if (before.name !== after.name)
    changes.push({
      path: ['name'],
      labels: ['name'],
      before: before.name,
      after: after.name,
      schema: undefined,
    });
  if (before.type !== after.type)
    changes.push({
      path: ['type'],
      labels: ['type'],
      before: before.type,
      after: after.type,
      schema: undefined,
    });
  const type = types.get(after.type);
  const root = type && configSchema(type);
  collect(changes, { path: [], labels: [], before: before.config, after: after.config, schema: root }, root);
  return changes;
}

function collect(into: FieldChange[], change: FieldChange, root: FieldSchema | undefined): void {
  const { before, after } = change;
  if (canonical(before) === canonical(after)) return;
  // A whole that came or went is told field by field, too: that is what people read.
  if (isWhole(before) && isWhole(after) && (isObject(before) || isObject(after))) {
    objectChanges(into, change, before as JsonObject, after as JsonObject, root);
    return;
  }
  if (isList(before) && isList(after) && (before ?? after) !== undefined) {
    listChanges(into, change, (before ?? []) as Json[], (after ?? []) as Json[], root);
    return;
  }
  into.push(change);
}

function isWhole(value: Json | undefined): boolean {
  return value === undefined || isObject(value);
}

function isList(value: Json | undefined): boolean {
  return value === undefined || Array.isArray(value);
}

function objectChanges(
  into: FieldChange[],
  { path, labels, schema }: FieldChange,
  before: JsonObject | undefined,
  after: JsonObject | undefined,
  root: FieldSchema | undefined,
): void {
  const shape = shapeOf(schema, after ?? before, root);
  const known = shape ? fieldsOf(shape).map((field) => field.name) : [];
  const keys = new Set([...known, ...Object.keys(before ?? {}), ...Object.keys(after ?? {})]);
  for (const key of keys) {
    const field = shape?.properties?.[key];
    collect(
      into,
      {
        path: [...path, key],
        labels: [...labels, field?.title ?? key],
        before: own(before, key),
        after: own(after, key),
        schema: field,
      },
      root,
    );
  }
}

function listChanges(
  into: FieldChange[],
  change: FieldChange,
  before: Json[],
  after: Json[],
  root: FieldSchema | undefined,
): void {
  const { path, labels, schema } = change;
  // Plain values read best as one line: "PH, MY" became "PH".
  if (![...before, ...after].every((item) => isObject(item))) {
    into.push(change);
    return;
  }
  for (const [index, [was, is]] of aligned(before, after, schema?.['x-sluice']?.unique).entries()) {
    collect(
      into,
      {
        path: [...path, index],
        labels: [...labels, index + 1],
        before: was,
        after: is,
        schema: schema?.items,
      },
      root,
    );
  }
}

/** The items of two lists side by side: by the field that tells them apart, if there is one, else by place. */
function aligned(
  before: Json[],
  after: Json[],
  unique: string | undefined,
): [Json | undefined, Json | undefined][] {
  const key = (item: Json, index: number) => {
    const value = unique && isObject(item) ? own(item, unique) : undefined;
    return value === undefined ? `#${index}` : canonical(value);
  };
  const olds = new Map(before.map((item, index) => [key(item, index), item]));
  const rows = after.map((item, index): [Json | undefined, Json | undefined] => {
    const name = key(item, index);
    const old = olds.get(name);
    olds.delete(name);
    return [old, item];
  });
  return [...rows, ...[...olds.values()].map((item): [Json | undefined, undefined] => [item, undefined])];
}

/** The fields of a value: those of its own variant where the field is a union. */
function shapeOf(
  schema: FieldSchema | undefined,
  value: JsonObject | undefined,
  root: FieldSchema | undefined,
): FieldSchema | undefined {
  if (!schema || !root) return undefined;
  if (schema.properties) return schema;
  if (kindOf(schema) === 'ref' && schema.$ref) {
    const target = definitionOf(root, schema.$ref);
    if (target?.properties) return target;
  }
  return variantsOf(schema, root).find((variant) => variant.type === value?.type)?.schema;
}

function own(object: JsonObject | undefined, key: string): Json | undefined {
  return object && Object.hasOwn(object, key) ? object[key] : undefined;
}
