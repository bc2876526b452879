import { useState } from 'react';
import type { Path } from '@/flow-model';
import { Input, Select } from '@/ui';
import { splitDuration, type Unit, units } from './duration';
import { useField, useForm } from './form';
import styles from './form.module.css';

/** An amount and a unit; durations written in other ways are edited as text. */
export function DurationInput({
  path,
  label,
  example: exampleText = '',
}: {
  path: Path;
  label: string;
  /** A duration, for the empty field. */
  example?: string | undefined;
}) {
  const { readOnly } = useForm();
  const { value, change } = useField(path);
  const text = typeof value === 'string' ? value : '';
  const parts = splitDuration(text);
  const example = splitDuration(exampleText);
  const [unit, setUnit] = useState<Unit>(parts?.unit ?? example?.unit ?? 's');
  const shownUnit = parts?.unit ?? unit;

  const write = (amount: string, chosen: Unit) => {
    const trimmed = amount.trim();
    if (trimmed === '') return change(undefined);
    // "1h30m" typed whole is taken as it is; the server says what it thinks of other texts.
    change(/^\d+(\.\d+)?$/.test(trimmed) ? trimmed + chosen : trimmed);
  };

  return (
    <div className={styles.duration}>
      <Input
        value={parts?.amount ?? text}
        placeholder={example && `e.g. ${example.amount}`}
        readOnly={readOnly}
        inputMode="decimal"
        onChange={(event) => write(event.target.value, shownUnit)}
      />
      <Select
        aria-label={`Unit of ${label}`}
        value={shownUnit}
        options={units.map(({ value, label }) => ({ value, label }))}
        disabled={readOnly}
        onChange={(next) => {
          setUnit(next as Unit);
          if (parts) write(parts.amount, next as Unit);
        }}
      />
    </div>
  );
}
