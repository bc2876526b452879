import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { CircleCheck, Clapperboard, ListChecks } from 'lucide-react';
import { useEffect } from 'react';
import { useStore } from 'zustand';
import { useEditor, useEditorState } from '@/editor/context';
import { Button, EmptyState, ErrorState, Switch } from '@/ui';
import { ScenarioRow } from './ScenarioRow';
import { scenariosOf } from './scenarios';
import styles from './TryPanel.module.css';
import type { TestReport } from './trial';

/** The flow's scenarios with how each went, and which exits they take. */
export function ScenariosPanel() {
  const { t } = useLingui();
  const { trial } = useEditor();
  const flow = useEditorState((all) => all.flow);
  const report = useStore(trial, (all) => all.report);
  const reportOf = useStore(trial, (all) => all.reportOf);
  const testing = useStore(trial, (all) => all.testing);
  const error = useStore(trial, (all) => all.testError);
  const scenarios = scenariosOf(flow);
  useEffect(() => {
    // A report of the draft as it is needs no repetition.
    const { reportOf: known, testing: runs, test } = trial.getState();
    if (known !== flow && !runs) void test();
  }, [trial, flow]);
  const fresh = reportOf?.scenarios === flow.scenarios;
  return (
    <div className={styles.scroll}>
      <div className={styles.row}>
        <Button
          variant="primary"
          icon={<ListChecks />}
          busy={testing}
          onClick={() => void trial.getState().test()}
          disabled={scenarios.length === 0}
        >
          <Trans>Run all</Trans>
        </Button>
        {report && fresh && scenarios.length > 0 && <Totals report={report} />}
      </div>
      {error ? <ErrorState error={error} onRetry={() => void trial.getState().test()} /> : null}
      {scenarios.length === 0 ? (
        <EmptyState
          icon={<Clapperboard />}
          title={t`This flow has no scenarios yet.`}
          detail={t`Try the flow, then record what you did: it becomes a test that runs with each change.`}
          action={
            <Button onClick={() => trial.getState().open('try')}>
              <Trans>Try the flow</Trans>
            </Button>
          }
        />
      ) : (
        <>
          {report && <Coverage report={report} />}
          <ul className={styles.scenarios} aria-label={t`Scenarios`}>
            {scenarios.map((scenario) => (
              <ScenarioRow
                key={scenario.index}
                scenario={scenario}
                result={fresh ? report?.scenarios.find((one) => one.index === scenario.index) : undefined}
              />
            ))}
          </ul>
        </>
      )}
    </div>
  );
}

function Totals({ report }: { report: TestReport }) {
  return (
    <p className={styles.totals} data-testid="scenario-totals" data-failed={report.failed > 0 || undefined}>
      {report.failed === 0 ? (
        <>
          <CircleCheck size={16} aria-hidden="true" />
          <Plural value={report.passed} one="# passed" other="All # passed" />
        </>
      ) : (
        <Trans>
          {report.passed} passed, {report.failed} failed
        </Trans>
      )}
    </p>
  );
}

function Coverage({ report }: { report: TestReport }) {
  const { t } = useLingui();
  const { trial } = useEditor();
  const untested = useStore(trial, (all) => all.untested);
  const { taken, total } = report.coverage;
  return (
    <section className={styles.coverage} aria-label={t`Exits taken`}>
      <p>
        <b data-testid="coverage">
          <Trans>
            {taken} of {total} exits taken
          </Trans>
        </b>
      </p>
      <meter
        className={styles.meter}
        min={0}
        max={Math.max(total, 1)}
        value={taken}
        aria-label={t`Exits taken`}
      />
      {taken < total && (
        // biome-ignore lint/a11y/noLabelWithoutControl: the switch inside is the control
        <label className={styles.byHand}>
          <Switch
            checked={untested}
            onChange={(checked) => trial.getState().setUntested(checked)}
            aria-label={t`Show untested exits on the canvas`}
          />
          <span>
            <Trans>Show untested exits on the canvas</Trans>
          </span>
        </label>
      )}
    </section>
  );
}
