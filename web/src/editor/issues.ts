import type { Diagnostic } from '@/canvas/cards';
import { type Flow, nodeOf, titleOf } from '@/flow-model';

export type Severity = Diagnostic['severity'];

export interface IssueGroup {
  severity: Severity;
  /** In the order of the flow's nodes; what is about the whole flow comes first. */
  nodes: { node: string; found: Diagnostic[] }[];
}

const severities: Severity[] = ['error', 'warning', 'info'];

/** Findings by severity and, within it, by node. */
export function sortedIssues(diagnostics: readonly Diagnostic[], flow: Flow): IssueGroup[] {
  const place = new Map(flow.nodes.map((node, index) => [node.id, index]));
  return severities.flatMap((severity) => {
    const byNode = new Map<string, Diagnostic[]>();
    for (const found of diagnostics)
      if (found.severity === severity) byNode.set(found.node, [...(byNode.get(found.node) ?? []), found]);
    const nodes = [...byNode]
      .map(([node, found]) => ({ node, found }))
      .sort((a, b) => (place.get(a.node) ?? -1) - (place.get(b.node) ?? -1));
    return nodes.length > 0 ? [{ severity, nodes }] : [];
  });
}

/** The findings that have all words of the query in their message, hint, code or node's name. */
export function filteredIssues(
  diagnostics: readonly Diagnostic[],
  flow: Flow,
  query: string,
  severity: Severity | 'all' = 'all',
): Diagnostic[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  return diagnostics.filter((found) => {
    if (severity !== 'all' && found.severity !== severity) return false;
    const node = nodeOf(flow, found.node);
    const text = [found.message, found.hint, found.code, found.node, node ? titleOf(node) : '']
      .join(' ')
      .toLowerCase();
    return words.every((word) => text.includes(word));
  });
}
