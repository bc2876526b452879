import { Trans, useLingui } from '@lingui/react/macro';
import { useMutation } from '@tanstack/react-query';
import { useId, useMemo, useState } from 'react';
import { useStore } from 'zustand';
import { useEditor, useEditorState } from '@/editor/context';
import { isObject, type JsonObject } from '@/flow-model';
import { words } from '@/format/words';
import { declaredInputs } from '@/runs/startInputs';
import { Button, Dialog, Field, Input, Refusal, Skeleton, toast } from '@/ui';
import { useRecorded } from './recorded';
import { addScenario, type ExpectKey, expectKeys, freeScenarioName, named } from './scenarios';
import type { TryState } from './session';
import styles from './TryPanel.module.css';
import { nodeTitle } from './told';

/** Stands in a scenario for a secret of the same length that was typed. */
const standIn = (secret: string) =>
  '1234567890'.repeat(Math.ceil(Math.max(secret.length, 1) / 10)).slice(0, Math.max(secret.length, 1));

/** Writes the try down as a scenario of the flow, without its secrets, and runs all of them. */
export function RecordDialog({ state, onClose }: { state: TryState; onClose(): void }) {
  const { t } = useLingui();
  const { trial, store, announce } = useEditor();
  const flow = useEditorState((all) => all.flow);
  const types = useEditorState((all) => all.types);
  const session = useStore(trial, (all) => all.session);
  const secrets = useMemo(() => {
    const entries = new Set([...types.values()].filter((type) => type.entry).map((type) => type.type));
    return declaredInputs(flow, entries).filter((input) => input.secret);
  }, [flow, types]);
  const [values, setValues] = useState<Record<string, string>>(() =>
    Object.fromEntries(
      secrets.flatMap(({ name }) => {
        const given = session?.inputs[name];
        return given === undefined ? [] : [[name, standIn(String(given))]];
      }),
    ),
  );
  const [name, setName] = useState(() =>
    freeScenarioName(
      flow,
      state.messages
        .map((one) => `${nodeTitle(flow, one.node)} ${words(one.status).toLowerCase()}`)
        .join(', ') || nodeTitle(flow, state.node),
    ),
  );
  const [keys, setKeys] = useState<ReadonlySet<ExpectKey>>(
    () => new Set<ExpectKey>(['path', 'status', 'outcome', 'elapsed', 'messages']),
  );
  const form = useId();
  const inputs = useMemo(() => ({ ...session?.inputs, ...values }), [session, values]);
  const recorded = useRecorded(trial, inputs);
  const save = useMutation({
    mutationFn: async () => {
      const { scenario } = await trial.getState().record(inputs);
      const { perform, flow: current } = store.getState();
      const added = named(scenario as JsonObject, freeScenarioName(current, name.trim()), keys);
      perform(addScenario(current, added), t`Record a scenario`);
      trial.getState().open('scenarios');
      return trial.getState().test();
    },
    onSuccess: (report) => {
      onClose();
      const last = report?.scenarios.at(-1);
      if (!last) return;
      trial.getState().show(last.index);
      announce(last.passed ? t`Recorded, and it passes.` : t`Recorded, but it does not pass.`);
      if (!last.passed) toast({ kind: 'error', title: t`The recorded scenario does not pass.` });
    },
  });
  const expect =
    recorded.data && isObject(recorded.data.scenario as JsonObject)
      ? (recorded.data.scenario as JsonObject).expect
      : undefined;
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t`Record as scenario`}
      description={t`It becomes part of the flow: it can be run again with each change, here and on the command line.`}
      footer={
        <>
          <Button onClick={onClose}>
            <Trans>Cancel</Trans>
          </Button>
          <Button
            type="submit"
            form={form}
            variant="primary"
            busy={save.isPending}
            disabled={!recorded.data || !name.trim() || keys.size === 0}
          >
            <Trans>Record it</Trans>
          </Button>
        </>
      }
    >
      <form
        id={form}
        className={styles.record}
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate();
        }}
      >
        <Field label={t`Name of the scenario`} required>
          <Input value={name} maxLength={200} onChange={(event) => setName(event.target.value)} />
        </Field>
        {secrets
          .filter((input) => input.name in values)
          .map((input) => (
            <Field
              key={input.name}
              label={t`${input.title}, in the scenario`}
              help={t`A scenario is no place for secrets, so this stands in for what you typed.`}
            >
              <Input
                value={values[input.name] ?? ''}
                onChange={(event) => setValues({ ...values, [input.name]: event.target.value })}
              />
            </Field>
          ))}
        <fieldset className={styles.expect}>
          <legend>
            <Trans>What must happen again</Trans>
          </legend>
          {recorded.isPending && <Skeleton height={120} />}
          {isObject(expect) &&
            expectKeys
              .filter((key) => expect[key] !== undefined)
              .map((key) => (
                <ExpectChoice
                  key={key}
                  name={key}
                  expected={expect}
                  checked={keys.has(key)}
                  onChange={(checked) => {
                    const next = new Set(keys);
                    if (checked) next.add(key);
                    else next.delete(key);
                    setKeys(next);
                  }}
                />
              ))}
        </fieldset>
        {recorded.data?.differs && (
          <p className={styles.quiet}>
            <Trans>
              The run still waits. The scenario goes on without further answers until the run ends, and
              expects that end.
            </Trans>
          </p>
        )}
        <Refusal error={recorded.error ?? save.error} />
      </form>
    </Dialog>
  );
}

function ExpectChoice({
  name,
  expected,
  checked,
  onChange,
}: {
  name: ExpectKey;
  expected: JsonObject;
  checked: boolean;
  onChange(checked: boolean): void;
}) {
  const { t } = useLingui();
  const flow = useEditorState((all) => all.flow);
  const titles: Record<ExpectKey, string> = {
    path: t`The way`,
    status: t`The status`,
    outcome: t`The outcome`,
    elapsed: t`The time it takes`,
    messages: t`The messages`,
    variables: t`The variables`,
  };
  const value = expected[name];
  const shown = () => {
    if (name === 'path' && Array.isArray(value))
      return value.map((id) => nodeTitle(flow, String(id))).join(' → ');
    if (name === 'messages' && Array.isArray(value))
      return value
        .map((one) =>
          isObject(one)
            ? `${nodeTitle(flow, String(one.node))}: ${typeof one.text === 'string' ? one.text : t`a template`}`
            : '',
        )
        .join('\n');
    return typeof value === 'string' ? words(value) : JSON.stringify(value, undefined, 1);
  };
  return (
    <label className={styles.choice}>
      <input type="checkbox" checked={checked} onChange={(event) => onChange(event.target.checked)} />
      <span>
        <b>{titles[name]}</b>
        <span className={styles.choiceValue}>{name === 'elapsed' ? String(value) : shown() || t`None`}</span>
      </span>
    </label>
  );
}
