import { Plural, Trans } from '@lingui/react/macro';
import { CircleCheck } from 'lucide-react';
import { useEffect } from 'react';
import { useStore } from 'zustand';
import { scenariosOf } from '@/try/scenarios';
import { Button } from '@/ui';
import { useEditor, useEditorState } from './context';
import styles from './dialogs.module.css';

/** How the flow's scenarios fare with what is about to be published. Failures do not stop anybody. */
export function PublishScenarios({ onShow }: { onShow(): void }) {
  const { trial } = useEditor();
  const flow = useEditorState((all) => all.flow);
  const report = useStore(trial, (all) => all.report);
  const reportOf = useStore(trial, (all) => all.reportOf);
  const error = useStore(trial, (all) => all.testError);
  const count = scenariosOf(flow).length;
  useEffect(() => {
    const { reportOf: known, testing, test } = trial.getState();
    if (count > 0 && known !== flow && !testing) void test();
  }, [trial, flow, count]);
  if (count === 0) {
    return (
      <p className={styles.quiet}>
        <Trans>No scenario tests this flow yet.</Trans>
      </p>
    );
  }
  if (error) {
    return (
      <p className={styles.quiet}>
        <Trans>The scenarios could not be run now.</Trans>
      </p>
    );
  }
  if (!report || reportOf !== flow) {
    return (
      <p className={styles.quiet} aria-busy="true">
        <Plural value={count} one="Running # scenario…" other="Running # scenarios…" />
      </p>
    );
  }
  const failed = report.scenarios.filter((one) => !one.passed);
  if (failed.length === 0) {
    return (
      <p className={styles.passed} data-testid="publish-scenarios">
        <CircleCheck size={14} aria-hidden="true" />
        <Plural value={count} one="Its scenario passes." other="All # scenarios pass." />
      </p>
    );
  }
  const names = failed.map((one) => one.name).join(', ');
  return (
    <div className={styles.warning} data-testid="publish-scenarios">
      <p>
        <Plural value={failed.length} one="# scenario fails:" other="# scenarios fail:" /> {names}
      </p>
      <Button size="small" onClick={onShow}>
        <Trans>Show scenarios</Trans>
      </Button>
    </div>
  );
}
