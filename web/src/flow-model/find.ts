import type { FlowNode } from './flow';
import { isObject, type Json } from './json';
import type { NodeType } from './node-type';

/** All text by which people look for a node: its id, its type, and every text and number of its config. */
export function searchText(node: FlowNode, type: NodeType | undefined): string {
  return [node.id, node.type, type?.title ?? '', type?.channel_type ?? '', ...texts(node.config)]
    .filter(Boolean)
    .join('\n');
}

function texts(value: Json | undefined): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value === 'number') return [String(value)];
  if (Array.isArray(value)) return value.flatMap(texts);
  return isObject(value) ? Object.values(value).flatMap(texts) : [];
}
