import { useLingui } from '@lingui/react/macro';
import { useMemo, useState } from 'react';
import { useEditor, useEditorState } from '@/editor/context';
import { StepItem } from '@/runs/StepItem';
import { stepRows } from '@/runs/steps';
import type { Run } from '@/runs/types';
import type { TryState } from './session';
import styles from './TryPanel.module.css';

/** The visits of the try, each with the values that it set and left. */
export function TrySteps({ state }: { state: TryState }) {
  const { t } = useLingui();
  const { store, view } = useEditor();
  const flow = useEditorState((all) => all.flow);
  const types = useEditorState((all) => all.types);
  const [open, setOpen] = useState<number>();
  const rows = useMemo(() => stepRows(asRun(state), flow, [...types.values()]), [state, flow, types]);
  return (
    <ol className={styles.steps} aria-label={t`Steps of the try`}>
      {rows.map((row) => (
        <StepItem
          key={row.step.visit}
          row={row}
          open={open === row.step.visit}
          dueAt={null}
          waiting={t`Waits here`}
          onToggle={() => {
            const opens = open !== row.step.visit;
            setOpen(opens ? row.step.visit : undefined);
            if (!opens || !store.getState().flow.nodes.some((node) => node.id === row.step.node)) return;
            view.reveal([row.step.node]);
          }}
        />
      ))}
    </ol>
  );
}

/** A try in the shape of a run, as far as the step list looks at it. */
function asRun(state: TryState): Run {
  return {
    id: '',
    flow_id: '',
    flow_name: '',
    flow_version: 0,
    status: state.status,
    outcome: state.outcome,
    error: state.error,
    node: state.node,
    visit: state.visit,
    trigger: 'manual',
    recipient: '',
    started_at: state.started_at,
    updated_at: state.started_at,
    ended_at: null,
    due_at: null,
    sends_at: null,
    inputs: {},
    variables: state.variables,
    steps: state.steps,
    messages: state.messages,
  };
}
