import { t } from '@lingui/core/macro';
import { type Flow, type NodeTypes, nodeOf, portsOf, titleOf } from '@/flow-model';

/** What people call an exit: "Not read of Viber (PH)". */
export function exitTitle(
  flow: Flow,
  types: NodeTypes,
  { from, port }: { from: string; port: string },
): string {
  const node = nodeOf(flow, from);
  if (!node) return port;
  const title = portsOf(node, types.get(node.type)).find((other) => other.name === port)?.title ?? port;
  return t`${title} of ${titleOf(node)}`;
}
