import { Trans, useLingui } from '@lingui/react/macro';
import {
  CircleAlert,
  CircleCheck,
  CircleDashed,
  CircleX,
  CopyPlus,
  Ellipsis,
  FlaskConical,
  Play,
  Trash2,
} from 'lucide-react';
import { type CSSProperties, useState } from 'react';
import { useStore } from 'zustand';
import { useEditor, useEditorState } from '@/editor/context';
import type { JsonObject, Operation } from '@/flow-model';
import { formatDuration, parseDuration } from '@/format/duration';
import { Button, IconButton, Input, Menu } from '@/ui';
import {
  changeScenario,
  duplicateScenario,
  type ListedScenario,
  playable,
  removeScenario,
} from './scenarios';
import styles from './TryPanel.module.css';
import { differing, keyWords, nodeTitle, statusWords } from './told';
import type { TestReport } from './trial';

type Result = TestReport['scenarios'][number];

/** One scenario: its name, how it went, and what can be done with it. */
export function ScenarioRow({ scenario, result }: { scenario: ListedScenario; result: Result | undefined }) {
  const { t } = useLingui();
  const { trial, store, announce, view } = useEditor();
  const shown = useStore(trial, (all) => all.shown === scenario.index);
  const [renaming, setRenaming] = useState(false);
  const { index, name } = scenario;
  const perform = (operation: Operation | undefined, label: string) => {
    if (operation) store.getState().perform(operation, label);
  };
  const { flow } = store.getState();
  const runOne = async () => {
    const report = await trial.getState().test();
    trial.getState().show(index);
    const own = report?.scenarios.find((one) => one.index === index);
    if (own) announce(own.passed ? t`${name}: passed.` : t`${name}: failed.`);
  };
  const rename = (text: string) => {
    setRenaming(false);
    if (text.trim() && text.trim() !== name)
      perform(changeScenario(store.getState().flow, index, { name: text.trim() }), t`Rename the scenario`);
  };
  return (
    <li className={styles.scenario} data-state={stateOf(result)} data-shown={shown || undefined}>
      <div className={styles.scenarioHead}>
        <StateMark result={result} />
        {renaming ? (
          <Input
            autoFocus
            aria-label={t`Name of the scenario`}
            defaultValue={name}
            maxLength={200}
            onBlur={(event) => rename(event.target.value)}
            onKeyDown={(event) => {
              if (event.key === 'Enter') event.currentTarget.blur();
              if (event.key === 'Escape') setRenaming(false);
            }}
          />
        ) : (
          <button
            type="button"
            className={styles.scenarioName}
            aria-pressed={shown}
            onClick={() => {
              trial.getState().show(shown ? undefined : index);
              if (!shown && result) view.reveal(result.path);
            }}
          >
            <span>{name || t`Scenario ${index + 1}`}</span>
            {result && result.problems.length === 0 && (
              <span className={styles.scenarioEnd}>{standingOf(result)}</span>
            )}
          </button>
        )}
        <IconButton
          label={t`Open in Try`}
          size="small"
          onClick={() => trial.getState().replay(playable(scenario.value))}
        >
          <FlaskConical />
        </IconButton>
        <Menu
          trigger={
            <IconButton label={t`More about ${name}`} size="small">
              <Ellipsis />
            </IconButton>
          }
          items={[
            {
              label: t({ message: 'Run', context: 'button' }),
              icon: <Play size={16} />,
              onSelect: () => void runOne(),
            },
            { label: t`Rename`, onSelect: () => setRenaming(true) },
            {
              label: t`Duplicate`,
              icon: <CopyPlus size={16} />,
              onSelect: () => perform(duplicateScenario(flow, index), t`Duplicate the scenario`),
            },
            'separator',
            {
              label: t`Delete`,
              icon: <Trash2 size={16} />,
              danger: true,
              onSelect: () => {
                trial.getState().show(undefined);
                perform(removeScenario(store.getState().flow, index), t`Delete the scenario`);
                announce(t`${name} deleted. Ctrl+Z brings it back.`);
              },
            },
          ]}
        />
      </div>
      {result && <Differences result={result} />}
      {result && result.mismatches.length > 0 && result.accepted && (
        <Button
          size="small"
          onClick={() =>
            perform(
              changeScenario(store.getState().flow, index, { expect: result.accepted as JsonObject }),
              t`Accept the new result`,
            )
          }
        >
          <Trans>Accept the new result</Trans>
        </Button>
      )}
    </li>
  );
}

/** How it ended and after how long: "Completed · 39 s". */
function standingOf({ status, elapsed }: Result): string {
  const passed = parseDuration(elapsed);
  return `${statusWords(status)} · ${passed === undefined ? elapsed : formatDuration(passed)}`;
}

function stateOf(result: Result | undefined): 'unknown' | 'passed' | 'failed' {
  if (!result) return 'unknown';
  return result.passed ? 'passed' : 'failed';
}

function StateMark({ result }: { result: Result | undefined }) {
  const { t } = useLingui();
  const style: CSSProperties = { flex: 'none' };
  if (!result) return <CircleDashed size={16} style={style} aria-label={t`Not run yet`} role="img" />;
  if (result.problems.length > 0)
    return <CircleAlert size={16} style={style} aria-label={t`It cannot run`} role="img" />;
  return result.passed ? (
    <CircleCheck size={16} style={style} aria-label={t`Passed`} role="img" />
  ) : (
    <CircleX size={16} style={style} aria-label={t`Failed`} role="img" />
  );
}

/** What did not happen as expected, or why it could not run. */
function Differences({ result }: { result: Result }) {
  const flow = useEditorState((all) => all.flow);
  if (result.problems.length > 0)
    return (
      <ul className={styles.problems}>
        {result.problems.map((problem) => (
          <li key={`${problem.pointer} ${problem.message}`}>
            {problem.message} {problem.hint}
          </li>
        ))}
      </ul>
    );
  if (result.mismatches.length === 0) return null;
  const node = (id: string) => nodeTitle(flow, id);
  return (
    <dl className={styles.mismatches}>
      {result.mismatches.map((mismatch) => (
        <div key={mismatch.key}>
          <dt>{keyWords(mismatch.key)}</dt>
          <dd>
            <span>
              <Trans>Expected</Trans>
            </span>{' '}
            <del>{differing(mismatch.key, mismatch.expected, node)}</del>
          </dd>
          <dd>
            <span>
              <Trans>Happened</Trans>
            </span>{' '}
            <ins>{differing(mismatch.key, mismatch.actual, node)}</ins>
          </dd>
        </div>
      ))}
    </dl>
  );
}
