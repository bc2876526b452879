import { Trans, useLingui } from '@lingui/react/macro';
import { useId } from 'react';
import {
  type ConfigText,
  expressionsIn,
  type Json,
  type JsonObject,
  references,
  type Sample,
  type ScopeEntry,
  sampledValue,
} from '@/flow-model';
import { formatMoment } from '@/format/moment';
import { useNow } from '@/format/useNow';
import { Input, Select } from '@/ui';
import styles from './preview.module.css';
import { type SampleChoice, useSample } from './sampleChoice';

interface SamplePickerProps {
  texts: readonly ConfigText[];
  entries: readonly ScopeEntry[];
  sample: Sample;
}

/** What the previews of a form are rendered with, and the values to change when they are one's own. */
export function SamplePicker({ texts, entries, sample }: SamplePickerProps) {
  const { t } = useLingui();
  const now = useNow(30_000);
  const state = useSample();
  const label = useId();
  if (!state) return null;
  const { choice, runs, scenarios } = state;
  const options = [
    ...runs.map((run, index) => ({
      value: key({ kind: 'run', id: run.id }),
      label: runLabel(index, formatMoment(run.startedAt, now)),
      detail: run.recipient,
    })),
    ...scenarios.map(({ name }) => ({
      value: key({ kind: 'scenario', name }),
      label: t`Scenario “${name}”`,
    })),
    { value: key({ kind: 'values' }), label: t`Sample values`, detail: t`Values of your own` },
  ];
  function runLabel(index: number, when: string): string {
    return index === 0 ? t`Last run, ${when}` : t`Run, ${when}`;
  }
  const choose = (value: string) => {
    const known: SampleChoice[] = [
      ...runs.map(({ id }): SampleChoice => ({ kind: 'run', id })),
      ...scenarios.map(({ name }): SampleChoice => ({ kind: 'scenario', name })),
    ];
    state.choose(known.find((other) => key(other) === value) ?? { kind: 'values' });
  };
  return (
    <div className={styles.sample}>
      <div className={styles.choice}>
        <span id={label}>
          <Trans>Previews with</Trans>
        </span>
        <Select
          size="small"
          aria-label={t`Previews with`}
          value={key(choice)}
          options={options}
          onChange={choose}
        />
      </div>
      {choice.kind === 'values' && <OwnValues texts={texts} entries={entries} sample={sample} />}
    </div>
  );
}

function key(choice: SampleChoice): string {
  if (choice.kind === 'run') return `run ${choice.id}`;
  return choice.kind === 'scenario' ? `scenario ${choice.name}` : 'values';
}

/** The values that this form reads, to be changed for its previews. */
function OwnValues({ texts, entries, sample }: SamplePickerProps) {
  const { t } = useLingui();
  const state = useSample();
  const read = new Set(
    texts.flatMap((text) =>
      expressionsIn(text).flatMap(({ source }) => references(source).map(({ path }) => path[0] ?? '')),
    ),
  );
  const shown = entries.filter(
    (entry) => (entry.group === 'inputs' || entry.group === 'variables') && read.has(entry.name),
  );
  if (!state || shown.length === 0) return null;
  const change = (entry: ScopeEntry, text: string) => state.setOwn(withValue(state.own, entry, text));
  return (
    <fieldset className={styles.values} aria-label={t`Sample values`}>
      {shown.map((entry) => (
        // biome-ignore lint/a11y/noLabelWithoutControl: the input below is the control
        <label key={entry.expression} className={styles.value}>
          <code>{entry.name}</code>
          <Input
            value={textOf(sampledValue(entry, sample))}
            onChange={(event) => change(entry, event.target.value)}
          />
        </label>
      ))}
    </fieldset>
  );
}

function withValue(own: JsonObject, entry: ScopeEntry, text: string): JsonObject {
  return { ...own, [entry.name]: valueFrom(text, entry.type) };
}

/** What is typed, in the type of the variable where it can be read as such. */
function valueFrom(text: string, type: string): Json {
  if (!['integer', 'number', 'boolean', 'json', 'any'].includes(type)) return text;
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}

function textOf(value: Json | undefined): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
