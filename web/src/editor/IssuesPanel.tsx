import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { X } from 'lucide-react';
import { useState } from 'react';
import { IconButton, Input, Segmented } from '@/ui';
import { useEditorState } from './context';
import { IssueList } from './IssueList';
import styles from './IssuesPanel.module.css';
import { filteredIssues, type Severity } from './issues';
import { useShowIssue } from './useShowIssue';

/** From this many findings on they can be filtered. */
const manyIssues = 6;

/** Everything that is wrong with the draft as it was saved last; choosing an entry leads to its node and field. */
export function IssuesPanel({ onClose }: { onClose(): void }) {
  const { t } = useLingui();
  const diagnostics = useEditorState((state) => state.diagnostics);
  const flow = useEditorState((state) => state.flow);
  const show = useShowIssue();
  const [query, setQuery] = useState('');
  const [severity, setSeverity] = useState<Severity | 'all'>('all');
  const isLong = diagnostics.length >= manyIssues;
  const shown = isLong ? filteredIssues(diagnostics, flow, query, severity) : diagnostics;
  return (
    <section className={styles.panel} aria-label={t`Issues`}>
      <header className={styles.head}>
        <h2>
          <Trans>Issues</Trans>
        </h2>
        {isLong && (
          <>
            <Input
              type="search"
              aria-label={t`Filter the issues`}
              placeholder={t`Filter`}
              value={query}
              onChange={(event) => setQuery(event.target.value)}
            />
            <Segmented
              aria-label={t`Which issues`}
              value={severity}
              onChange={(value) => setSeverity(value as Severity | 'all')}
              options={[
                { value: 'all', label: t`All` },
                { value: 'error', label: t`Errors` },
                { value: 'warning', label: t`Warnings` },
                { value: 'info', label: t`Notes` },
              ]}
            />
            <span className={styles.hint} role="status">
              <Plural value={shown.length} one="# issue" other="# issues" />
            </span>
          </>
        )}
        <IconButton label={t`Close the issues`} size="small" onClick={onClose}>
          <X />
        </IconButton>
      </header>
      {diagnostics.length === 0 ? (
        <p className={styles.none}>
          <Trans>Nothing is wrong with this flow.</Trans>
        </p>
      ) : shown.length === 0 ? (
        <p className={styles.none}>
          <Trans>No issue has these words.</Trans>
        </p>
      ) : (
        <IssueList diagnostics={shown} onChoose={show} />
      )}
    </section>
  );
}
