import { msg } from '@lingui/core/macro';
import { Trans, useLingui } from '@lingui/react/macro';
import { CircleAlert, Info, TriangleAlert } from 'lucide-react';
import type { Diagnostic } from '@/canvas/cards';
import { nodeOf, titleOf } from '@/flow-model';
import { useEditorState } from './context';
import styles from './IssuesPanel.module.css';

const icons = { error: CircleAlert, warning: TriangleAlert, info: Info };
const severities = { error: msg`Error`, warning: msg`Warning`, info: msg`Note` };
const rank = { error: 0, warning: 1, info: 2 };

/** Findings, errors first; those about a node can be chosen. */
export function IssueList({
  diagnostics,
  onChoose,
}: {
  diagnostics: readonly Diagnostic[];
  onChoose(nodeId: string): void;
}) {
  const { i18n } = useLingui();
  const flow = useEditorState((state) => state.flow);
  const sorted = diagnostics.toSorted((a, b) => rank[a.severity] - rank[b.severity]);
  return (
    <ul className={styles.list}>
      {sorted.map((found, index) => {
        const Icon = icons[found.severity];
        const node = nodeOf(flow, found.node);
        const body = (
          <>
            <Icon size={14} aria-label={i18n._(severities[found.severity])} />
            <span>
              <strong>{node ? titleOf(node) : <Trans>Flow</Trans>}</strong> {found.message}
              {found.hint && <span className={styles.hint}> {found.hint}</span>}
            </span>
          </>
        );
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: two findings may be the same in all but their place
          <li key={index} data-severity={found.severity}>
            {node ? (
              <button type="button" className={styles.issue} onClick={() => onChoose(node.id)}>
                {body}
              </button>
            ) : (
              <div className={styles.issue}>{body}</div>
            )}
          </li>
        );
      })}
    </ul>
  );
}
