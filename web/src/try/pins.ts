import { type FlowNode, isObject, type Json, type JsonObject, type NodeType, portsOf } from '@/flow-model';

/** The results that a node can be given. */
export type PinKind = 'none' | 'read' | 'delivered' | 'silent' | 'failed' | 'refused' | `leave:${string}`;

/** Whether nodes of that type send messages. */
export function sends(type: NodeType | undefined): boolean {
  return Boolean(type?.channel_type ?? type?.channel_type_from);
}

/** The results that make sense for a node, in the order in which they are offered. */
export function pinKinds(node: FlowNode, type: NodeType | undefined): PinKind[] {
  const messages: PinKind[] = sends(type) ? ['read', 'delivered', 'silent', 'failed', 'refused'] : [];
  return ['none', ...messages, ...portsOf(node, type).map((port): PinKind => `leave:${port.name}`)];
}

/** The world's answer that gives this result. */
export function answerOf(
  kind: PinKind,
  { code = '', outputs = {} }: { code?: string; outputs?: JsonObject } = {},
): JsonObject | undefined {
  const delivered = { after: '1s', status: 'delivered' };
  const withCode = code ? { code } : {};
  switch (kind) {
    case 'none':
      return undefined;
    case 'read':
      return { receipts: [delivered, { after: '2s', status: 'read' }] };
    case 'delivered':
      return { receipts: [delivered] };
    case 'silent':
      return { receipts: [] };
    case 'failed':
      return { receipts: [{ after: '1s', status: 'failed', ...withCode }] };
    case 'refused':
      return { send: { error: 'permanent', ...withCode } };
    default: {
      const leave = { port: kind.slice('leave:'.length) };
      return { leave: Object.keys(outputs).length > 0 ? { ...leave, outputs } : leave };
    }
  }
}

/** Which result an answer gives; undefined when it was written by hand and is none of these. */
export function kindOf(answer: JsonObject | undefined): PinKind | undefined {
  if (!answer) return 'none';
  if (isObject(answer.leave) && typeof answer.leave.port === 'string') return `leave:${answer.leave.port}`;
  if (isObject(answer.send)) return 'refused';
  if (!Array.isArray(answer.receipts)) return undefined;
  const last = answer.receipts.at(-1);
  if (last === undefined) return 'silent';
  const status = isObject(last) ? last.status : undefined;
  return status === 'read' || status === 'delivered' || status === 'failed' ? status : undefined;
}

/** The provider's code in an answer, or ''. */
export function codeOf(answer: JsonObject | undefined): string {
  const send = answer?.send;
  const last = Array.isArray(answer?.receipts) ? answer.receipts.at(-1) : undefined;
  const code = isObject(send) ? send.code : isObject(last) ? last.code : undefined;
  return typeof code === 'string' ? code : '';
}

/** The outputs that an answer gives. */
export function outputsOf(answer: JsonObject | undefined): JsonObject {
  const leave = answer?.leave;
  return isObject(leave) && isObject(leave.outputs) ? leave.outputs : {};
}

/** Reads what was typed as a value of the output's type: JSON where it is such, else text. */
export function readValue(text: string, type: string): Json | undefined {
  if (text === '') return undefined;
  if (type === 'string') return text;
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}

export function writeValue(value: Json | undefined): string {
  if (value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
