import { msg } from '@lingui/core/macro';
import { Trans, useLingui } from '@lingui/react/macro';
import { CircleAlert, Info, TriangleAlert } from 'lucide-react';
import type { Diagnostic } from '@/canvas/cards';
import { configSchema, nodeOf, titleOf } from '@/flow-model';
import { useEditorState } from './context';
import styles from './IssuesPanel.module.css';
import { type Severity, sortedIssues } from './issues';
import { configPath } from './useShowIssue';

const icons = { error: CircleAlert, warning: TriangleAlert, info: Info };
const severities = { error: msg`Error`, warning: msg`Warning`, info: msg`Note` };
const headings: Record<Severity, ReturnType<typeof msg>> = {
  error: msg`Errors`,
  warning: msg`Warnings`,
  info: msg`Notes`,
};

/** Findings by severity and node; those about a node can be chosen. */
export function IssueList({
  diagnostics,
  onChoose,
}: {
  diagnostics: readonly Diagnostic[];
  onChoose(found: Diagnostic): void;
}) {
  const { i18n } = useLingui();
  const flow = useEditorState((state) => state.flow);
  const groups = sortedIssues(diagnostics, flow);
  return groups.map(({ severity, nodes }) => (
    <section key={severity} className={styles.group} aria-label={i18n._(headings[severity])}>
      {groups.length > 1 && <h3 className={styles.severity}>{i18n._(headings[severity])}</h3>}
      <ul className={styles.list}>
        {nodes.flatMap(({ node: id, found: list }) => {
          const node = nodeOf(flow, id);
          const Icon = icons[severity];
          return list.map((found, index) => {
            const body = (
              <>
                <Icon size={14} aria-label={i18n._(severities[severity])} />
                <span>
                  <strong>{node ? titleOf(node) : <Trans>Flow</Trans>}</strong>
                  <FieldName found={found} /> {found.message}
                  {found.hint && <span className={styles.hint}> {found.hint}</span>}
                </span>
              </>
            );
            return (
              // biome-ignore lint/suspicious/noArrayIndexKey: two findings may be the same in all but their place
              <li key={`${id} ${index}`} data-severity={severity}>
                {node ? (
                  <button type="button" className={styles.issue} onClick={() => onChoose(found)}>
                    {body}
                  </button>
                ) : (
                  <div className={styles.issue}>{body}</div>
                )}
              </li>
            );
          });
        })}
      </ul>
    </section>
  ));
}

/** The title of the field that a finding is about, where it is a field of the form's first level. */
function FieldName({ found }: { found: Diagnostic }) {
  const flow = useEditorState((state) => state.flow);
  const types = useEditorState((state) => state.types);
  const [field] = configPath(found.pointer);
  const type = types.get(nodeOf(flow, found.node)?.type ?? '');
  const title = field && type && configSchema(type).properties?.[field]?.title;
  return title ? <span className={styles.field}>{title}</span> : null;
}
