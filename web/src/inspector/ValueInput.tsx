import { t } from '@lingui/core/macro';
import { useState } from 'react';
import type { Json, Path } from '@/flow-model';
import { Field, Select, Switch, Textarea } from '@/ui';
import { useField, useForm } from './form';
import styles from './form.module.css';
import { NumberInput } from './NumberInput';
import { TemplateInput } from './TemplateInput';

interface ValueInputProps {
  path: Path;
  label: string;
  required: boolean;
  help: string | undefined;
  error: string | undefined;
  placeholder: string | undefined;
}

type Shape = 'text' | 'number' | 'boolean' | 'json';

const shapes = (): { value: Shape; label: string }[] => [
  { value: 'text', label: t`Text` },
  { value: 'number', label: t`Number` },
  { value: 'boolean', label: t`Yes or no` },
  { value: 'json', label: t`List or object` },
];

/** Any JSON value: text with expressions, a number, yes or no, or a list or object as JSON. */
export function ValueInput({ path, label, required, help, error, placeholder }: ValueInputProps) {
  const { readOnly } = useForm();
  const { value, change } = useField(path);
  const [chosen, setChosen] = useState<Shape>();
  const shape = value === undefined ? (chosen ?? 'text') : shapeOf(value);

  const choose = (next: string) => {
    setChosen(next as Shape);
    change(converted(value, next as Shape));
  };
  const aside = (
    <Select
      size="small"
      className={styles.shapeSelect}
      aria-label={t`Kind of ${label}`}
      value={shape}
      options={shapes()}
      onChange={choose}
      disabled={readOnly}
    />
  );
  const frame = { label, required, help, error, aside };
  switch (shape) {
    case 'number':
      return (
        <Field {...frame}>
          <NumberInput schema={{ type: 'number' }} path={path} />
        </Field>
      );
    case 'boolean':
      return (
        <Field {...frame}>
          <Switch checked={value === true} onChange={change} disabled={readOnly} />
        </Field>
      );
    case 'json':
      return (
        <Field {...frame}>
          <JsonText value={value} onChange={change} readOnly={readOnly} />
        </Field>
      );
    default:
      return <TemplateInput {...frame} path={path} multiline={false} placeholder={placeholder} />;
  }
}

function JsonText({
  value,
  onChange,
  readOnly,
}: {
  value: Json | undefined;
  onChange(value: Json): void;
  readOnly: boolean;
}) {
  const [draft, setDraft] = useState<string>();
  return (
    <Textarea
      mono
      spellCheck={false}
      value={draft ?? JSON.stringify(value ?? [], null, 2)}
      readOnly={readOnly}
      // What is not JSON yet stays in the field and out of the flow.
      aria-invalid={draft !== undefined || undefined}
      onChange={(event) => {
        try {
          onChange(JSON.parse(event.target.value) as Json);
          setDraft(undefined);
        } catch {
          setDraft(event.target.value);
        }
      }}
      onBlur={() => setDraft(undefined)}
    />
  );
}

function shapeOf(value: Json): Shape {
  if (typeof value === 'number') return 'number';
  if (typeof value === 'boolean') return 'boolean';
  return typeof value === 'string' ? 'text' : 'json';
}

function converted(value: Json | undefined, shape: Shape): Json | undefined {
  switch (shape) {
    case 'number': {
      const number = typeof value === 'string' ? Number.parseFloat(value) : Number.NaN;
      return Number.isFinite(number) ? number : undefined;
    }
    case 'boolean':
      return value === 'true';
    case 'json':
      return [];
    default:
      return value === undefined || typeof value === 'object' ? undefined : String(value);
  }
}
