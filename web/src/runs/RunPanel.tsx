import { useLingui } from '@lingui/react/macro';
import { useState } from 'react';
import type { Flow, NodeType } from '@/flow-model';
import { Tabs } from '@/ui';
import { MessageCard } from './MessageCard';
import styles from './RunPanel.module.css';
import { valuesAt } from './replay';
import { StepItem } from './StepItem';
import { stepRows } from './steps';
import type { Run } from './types';
import { ValueTable } from './ValueTable';

interface RunPanelProps {
  run: Run;
  flow: Flow | undefined;
  specs: readonly NodeType[];
  /** The chosen step, by its visit. */
  visit: number | undefined;
  onVisit(visit: number | undefined): void;
}

/** What a run did, step by step, with its messages and values. */
export function RunPanel({ run, flow, specs, visit, onVisit }: RunPanelProps) {
  const { t } = useLingui();
  const [tab, setTab] = useState('steps');
  const rows = stepRows(run, flow, specs);
  const names = new Map(rows.map((row) => [row.step.visit, row.title]));
  return (
    <div className={styles.panel}>
      <h2 className="visually-hidden">{t`About this run`}</h2>
      <Tabs
        aria-label={t`About this run`}
        value={tab}
        onChange={setTab}
        tabs={[
          {
            value: 'steps',
            label: t`Steps ${rows.length}`,
            content: (
              <>
                {run.error && (
                  <div className={styles.error} role="alert">
                    <p>{run.error.message}</p>
                    {run.error.hint && <p className={styles.hint}>{run.error.hint}</p>}
                  </div>
                )}
                <ol className={styles.steps} aria-label={t`Steps`}>
                  {rows.map((row, index) => (
                    <StepItem
                      key={row.step.visit}
                      row={row}
                      values={row.step.visit === visit ? valuesAt(run, index) : []}
                      open={row.step.visit === visit}
                      dueAt={run.due_at}
                      onToggle={() => onVisit(row.step.visit === visit ? undefined : row.step.visit)}
                    />
                  ))}
                </ol>
              </>
            ),
          },
          {
            value: 'messages',
            label: t`Messages ${run.messages.length}`,
            content:
              run.messages.length === 0 ? (
                <p className={styles.none}>{t`No message has gone out or come in yet.`}</p>
              ) : (
                <div className={styles.messages}>
                  {run.messages.map((message) => (
                    <MessageCard key={message.id} message={message} node={names.get(message.visit)} />
                  ))}
                </div>
              ),
          },
          {
            value: 'values',
            label: t`Values`,
            content: (
              <div className={styles.values}>
                <ValueTable
                  label={t`Variables`}
                  values={run.variables}
                  empty={t`This run has no variables.`}
                />
              </div>
            ),
          },
        ]}
      />
    </div>
  );
}
