import type { FlowNode } from './flow';
import { isObject, type Json, type Path } from './json';
import { configSchema, type FieldSchema, fieldsOf, kindOf, type NodeType, variantsOf } from './node-type';
import { bracesOf, withRenamed } from './syntax';

/** A text of a node's config that can hold expressions or names a variable. */
export interface ConfigText {
  path: Path;
  kind: 'template' | 'expression' | 'variable';
  text: string;
}

/** The texts of a node's config that read or name variables, in the order of its form. */
export function configTexts(node: FlowNode, type: NodeType | undefined): ConfigText[] {
  if (!type) return [];
  const root = configSchema(type);
  const found: ConfigText[] = [];
  walk(node.config, root, root, [], found);
  return found;
}

function walk(
  value: Json | undefined,
  schema: FieldSchema,
  root: FieldSchema,
  path: Path,
  found: ConfigText[],
): void {
  const kind = kindOf(schema);
  switch (kind) {
    case 'template':
    case 'expression':
    case 'variable':
      if (typeof value === 'string') found.push({ path, kind, text: value });
      return;
    case 'value':
      walkValue(value, path, found);
      return;
    case 'list':
      if (Array.isArray(value) && schema.items) {
        for (const [index, item] of value.entries()) walk(item, schema.items, root, [...path, index], found);
      }
      return;
    case 'union':
    case 'ref': {
      const type = isObject(value) ? value.type : undefined;
      const variant = variantsOf(schema, root).find((other) => other.type === type);
      if (variant) walkFields(value, variant.schema, root, path, found);
      return;
    }
    case 'object':
      walkFields(value, schema, root, path, found);
  }
}

function walkFields(
  value: Json | undefined,
  schema: FieldSchema,
  root: FieldSchema,
  path: Path,
  found: ConfigText[],
): void {
  if (!isObject(value)) return;
  for (const field of fieldsOf(schema)) {
    walk(value[field.name], field.schema, root, [...path, field.name], found);
  }
}

/** In a value of any shape all texts are templates. */
function walkValue(value: Json | undefined, path: Path, found: ConfigText[]): void {
  if (typeof value === 'string') found.push({ path, kind: 'template', text: value });
  else if (Array.isArray(value))
    for (const [index, item] of value.entries()) walkValue(item, [...path, index], found);
  else if (isObject(value))
    for (const [key, item] of Object.entries(value)) walkValue(item, [...path, key], found);
}

/** The expressions of a text: itself, or what stands between its braces. */
export function expressionsIn(text: ConfigText): { from: number; to: number; source: string }[] {
  if (text.kind === 'expression') return [{ from: 0, to: text.text.length, source: text.text }];
  if (text.kind === 'variable') return [];
  return bracesOf(text.text).map(({ inner }) => ({
    ...inner,
    source: text.text.slice(inner.from, inner.to),
  }));
}

/** The text with names in its expressions replaced. */
export function renamedText(
  text: ConfigText,
  rename: (path: readonly string[]) => { index: number; name: string } | undefined,
): string {
  let result = text.text;
  for (const { from, to, source } of expressionsIn(text).reverse()) {
    result = result.slice(0, from) + withRenamed(source, rename) + result.slice(to);
  }
  return result;
}
