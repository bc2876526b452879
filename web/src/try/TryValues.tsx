import { useLingui } from '@lingui/react/macro';
import { ValueTable } from '@/runs/ValueTable';
import type { TryState } from './session';
import styles from './TryPanel.module.css';

/** The run's variables as they are now, and what its nodes have left. */
export function TryValues({ state }: { state: TryState }) {
  const { t } = useLingui();
  const outputs = new Map<string, Record<string, unknown>>();
  for (const step of state.steps)
    if (Object.keys(step.outputs).length > 0)
      outputs.set(step.node, { ...outputs.get(step.node), ...step.outputs });
  return (
    <div className={styles.values}>
      <ValueTable label={t`Variables`} values={state.variables} empty={t`No variable is set.`} />
      {[...outputs].map(([node, values]) => (
        <ValueTable key={node} label={`steps.${node}`} values={values} />
      ))}
    </div>
  );
}
