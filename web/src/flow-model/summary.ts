import { type Flow, type FlowNode, nodeOf, titleOf } from './flow';
import { isObject, type Json } from './json';
import { configSchema, type FieldSchema, kindOf, type NodeType, variantsOf } from './node-type';

/**
 * Fills a spec's line: {path} stands for the config value at that dotted path,
 * with * for every item of a list. Values that are missing leave nothing
 * behind; a line without any value is empty.
 */
export function summaryLine(line: string | undefined, node: FlowNode, type: NodeType, flow: Flow): string {
  if (!line) return '';
  let found = !line.includes('{');
  const text = line.replace(/\{([^{}]+)\}/g, (_, path: string) => {
    const value = valuesAt(node.config, path.split('.'), configSchema(type), configSchema(type))
      .map(({ value, schema }) => words(value, schema, flow))
      .filter(Boolean)
      .join(', ');
    if (value) found = true;
    return value;
  });
  return found ? text.trim() : '';
}

interface Found {
  value: Json;
  schema: FieldSchema | undefined;
}

function valuesAt(
  value: Json | undefined,
  path: string[],
  schema: FieldSchema | undefined,
  root: FieldSchema,
): Found[] {
  const [key, ...rest] = path;
  if (value === undefined || value === null) return [];
  if (key === undefined) return [{ value, schema }];
  if (key === '*') {
    if (!Array.isArray(value)) return [];
    return value.flatMap((item) => valuesAt(item, rest, schema?.items, root));
  }
  if (!isObject(value) || !Object.hasOwn(value, key)) return [];
  const shape = schema?.properties
    ? schema
    : schema && variantsOf(schema, root).find((variant) => variant.type === value.type)?.schema;
  return valuesAt(value[key], rest, shape?.properties?.[key], root);
}

function words(value: Json, schema: FieldSchema | undefined, flow: Flow): string {
  if (typeof value === 'string') {
    if (schema && kindOf(schema) === 'node') {
      const target = nodeOf(flow, value);
      return target ? titleOf(target) : value;
    }
    return schema?.['x-titles']?.[value] ?? value.replace(/\s+/g, ' ').trim();
  }
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (Array.isArray(value))
    return value
      .map((item) => words(item, schema?.items, flow))
      .filter(Boolean)
      .join(', ');
  return '';
}

/** Whether the lines of that type's cards name other nodes. */
export function refersToNodes(type: NodeType): boolean {
  return type.target !== undefined || JSON.stringify(type.config).includes('"kind":"node"');
}
