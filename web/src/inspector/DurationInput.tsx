import { useLingui } from '@lingui/react/macro';
import { type KeyboardEvent, useState } from 'react';
import type { Path } from '@/flow-model';
import { Input } from '@/ui';
import { durationWords, readDuration, steppedDuration, writeDuration } from './duration';
import { useField, useForm } from './form';
import styles from './form.module.css';

/** A duration as people write it: "30s", "2 min", "1h30m". Arrow keys step it. */
export function DurationInput({
  path,
  example = '',
  fallback,
}: {
  path: Path;
  /** A duration, for the empty field. */
  example?: string | undefined;
  /** What an empty field means. */
  fallback?: string | undefined;
}) {
  const { t } = useLingui();
  const { readOnly } = useForm();
  const { value, change } = useField(path);
  const [draft, setDraft] = useState<string>();
  const stored = typeof value === 'string' ? value : '';
  const text = draft ?? stored;
  const read = readDuration(text);

  const typed = (next: string) => {
    setDraft(next);
    const ms = readDuration(next);
    if (next.trim() === '') change(undefined);
    // What is no duration goes into the flow too, where the server says what it thinks of it.
    else change(ms === undefined ? next.trim() : written(next.trim(), ms));
  };
  const step = (event: KeyboardEvent) => {
    const direction = { ArrowUp: 1, ArrowDown: -1 }[event.key] as 1 | -1 | undefined;
    if (!direction || readOnly || (text !== '' && read === undefined)) return;
    event.preventDefault();
    setDraft(undefined);
    change(
      writeDuration(steppedDuration(read ?? readDuration(fallback ?? '') ?? 0, direction, event.shiftKey)),
    );
  };
  const hint = example && t`e.g. ${example}`;
  return (
    <div className={styles.duration}>
      <Input
        value={text}
        placeholder={fallback ?? (hint || undefined)}
        readOnly={readOnly}
        spellCheck={false}
        onChange={(event) => typed(event.target.value)}
        onKeyDown={step}
        onBlur={() => setDraft(undefined)}
        trailing={
          read === undefined ? undefined : (
            <span className={styles.durationWords} data-testid="duration-words">
              {durationWords(read)}
            </span>
          )
        }
      />
    </div>
  );
}

/** Durations that flows can hold as they are typed stay as they are: "60s" is not made "1m". */
function written(text: string, ms: number): string {
  return /^(\d+(\.\d+)?(d|h|m|s|ms))+$/.test(text) ? text : writeDuration(ms);
}
