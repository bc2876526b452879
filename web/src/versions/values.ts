import { t } from '@lingui/core/macro';
import { type FieldSchema, type Flow, type Json, kindOf, nodeOf, titleOf } from '@/flow-model';

/** A config value as people write it in the form; empty for no value. */
export function valueText(value: Json | undefined, schema: FieldSchema | undefined, flow: Flow): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'boolean') return value ? t`Yes` : t`No`;
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') {
    if (schema && kindOf(schema) === 'node') {
      const node = nodeOf(flow, value);
      return node ? titleOf(node) : value;
    }
    return schema?.['x-titles']?.[value] ?? value;
  }
  if (Array.isArray(value) && value.every((item) => typeof item !== 'object'))
    return value.map((item) => valueText(item, schema?.items, flow)).join(', ');
  return JSON.stringify(value, undefined, 1);
}
