import { plural, t } from '@lingui/core/macro';
import { countChanges, type FlowDiff, onlyMoved } from '@/flow-model';

/** "2 nodes added, 1 node changed, 3 lines changed": what differs, in one line. */
export function changeSummary(diff: FlowDiff): string {
  if (countChanges(diff) === 0) return t`Nothing differs.`;
  const nodes = (kind: string) =>
    diff.nodes.filter((change) => change.kind === kind && !onlyMoved(change)).length;
  const [added, removed, changed] = [nodes('added'), nodes('removed'), nodes('changed')];
  const others = diff.members.length + diff.notes.length + diff.scenarios.length;
  const moved = diff.nodes.filter(onlyMoved).length;
  return [
    added > 0 && plural(added, { one: '# node added', other: '# nodes added' }),
    removed > 0 && plural(removed, { one: '# node removed', other: '# nodes removed' }),
    changed > 0 && plural(changed, { one: '# node changed', other: '# nodes changed' }),
    diff.lines.length > 0 && plural(diff.lines.length, { one: '# line changed', other: '# lines changed' }),
    others > 0 && plural(others, { one: '# other change', other: '# other changes' }),
    moved > 0 && plural(moved, { one: '# node moved', other: '# nodes moved' }),
  ]
    .filter(Boolean)
    .join(', ');
}
