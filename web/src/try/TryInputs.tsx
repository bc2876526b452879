import { Trans, useLingui } from '@lingui/react/macro';
import { FlaskConical } from 'lucide-react';
import { useMemo, useState } from 'react';
import { useStore } from 'zustand';
import { useEditor, useEditorState } from '@/editor/context';
import { formatCountdown } from '@/format/duration';
import { InputField } from '@/runs/StartRunDialog';
import { declaredInputs, type InputTexts, initialTexts, readTexts } from '@/runs/startInputs';
import { Button, Field, focusInvalid, Select } from '@/ui';
import { playable, scenariosOf } from './scenarios';
import styles from './TryPanel.module.css';

/** Asks for what a run begins with. What was used last, or in a scenario, is filled in. */
export function TryInputs() {
  const { t } = useLingui();
  const { trial } = useEditor();
  const flow = useEditorState((state) => state.flow);
  const types = useEditorState((state) => state.types);
  const remembered = useStore(trial, (state) => state.inputs);
  const last = useStore(trial, (state) => state.last);
  const inputs = useMemo(() => {
    const entries = new Set([...types.values()].filter((type) => type.entry).map((type) => type.type));
    return declaredInputs(flow, entries);
  }, [flow, types]);
  const scenarios = useMemo(() => scenariosOf(flow), [flow]);
  const [texts, setTexts] = useState<InputTexts>(() => {
    const first = scenarios[0] ? playable(scenarios[0].value).inputs : {};
    return initialTexts(inputs, { ...first, ...remembered });
  });
  const [problems, setProblems] = useState<Record<string, string>>({});
  return (
    <form
      className={styles.inputs}
      aria-label={t`What the run begins with`}
      onSubmit={(event) => {
        event.preventDefault();
        const goesOn = (event.nativeEvent as SubmitEvent).submitter?.dataset.goesOn !== undefined;
        const read = readTexts(inputs, texts);
        setProblems(read.problems);
        if (Object.keys(read.problems).length > 0) {
          focusInvalid(event.currentTarget);
          return;
        }
        const secret = new Set(inputs.filter((input) => input.secret).map((input) => input.name));
        const keep = Object.fromEntries(Object.entries(read.inputs).filter(([name]) => !secret.has(name)));
        trial.getState().start(read.inputs, keep, goesOn ? last : undefined);
      }}
    >
      <p className={styles.lead}>
        <Trans>
          Plays the draft as it is on the screen, in virtual time. Nothing is sent to anybody, and nothing is
          stored.
        </Trans>
      </p>
      {scenarios.length > 0 && inputs.length > 0 && (
        <Field label={t`Fill in from a scenario`}>
          <Select
            value={undefined}
            placeholder={t`Choose…`}
            onChange={(index) => {
              const chosen = scenarios.find((scenario) => String(scenario.index) === index);
              if (chosen) setTexts(initialTexts(inputs, playable(chosen.value).inputs));
            }}
            options={scenarios.map((scenario) => ({ value: String(scenario.index), label: scenario.name }))}
          />
        </Field>
      )}
      {inputs.length === 0 && (
        <p className={styles.quiet}>
          <Trans>This flow asks for nothing.</Trans>
        </p>
      )}
      {inputs.map((input) => (
        <InputField
          key={input.name}
          input={input}
          value={texts[input.name] ?? ''}
          problem={problems[input.name]}
          secretHelp={t`Secret: shown on the phone only, and not remembered.`}
          onChange={(value) => {
            setTexts({ ...texts, [input.name]: value });
            setProblems(Object.fromEntries(Object.entries(problems).filter(([name]) => name !== input.name)));
          }}
        />
      ))}
      <div className={styles.row}>
        <Button type="submit" variant="primary" icon={<FlaskConical />}>
          <Trans>Start the try</Trans>
        </Button>
        {last && (
          <Button type="submit" data-goes-on="">
            <Trans>Go on at {formatCountdown(last.untilMs)}</Trans>
          </Button>
        )}
      </div>
    </form>
  );
}
