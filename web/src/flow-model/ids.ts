import type { Flow } from './flow';

/** A readable id that is not taken: "send_sms", then "send_sms_2", and so on. */
export function freeId(base: string, taken: ReadonlySet<string>): string {
  const stem = base.replace(/[^A-Za-z0-9_]+/g, '_').slice(0, 56) || 'node';
  if (!taken.has(stem)) return stem;
  let number = 2;
  while (taken.has(`${stem}_${number}`)) number++;
  return `${stem}_${number}`;
}

/** A name that no other node has: "SMS", then "SMS 2". A number at its end counts on. */
export function freeName(base: string, taken: ReadonlySet<string>): string {
  if (!taken.has(base)) return base;
  const stem = base.replace(/ \d+$/, '');
  let number = 2;
  while (taken.has(`${stem} ${number}`)) number++;
  return `${stem} ${number}`;
}

export function nodeIds(flow: Flow): Set<string> {
  return new Set(flow.nodes.map((node) => node.id));
}

export function nodeNames(flow: Flow): Set<string> {
  return new Set(flow.nodes.map((node) => node.name ?? ''));
}
