import { t } from '@lingui/core/macro';
import { Field, Input, Select, Textarea } from '@/ui';
import styles from './ChannelForm.module.css';
import type { Problems } from './form';
import type { ProviderField } from './types';

interface ProviderFieldsProps {
  fields: readonly ProviderField[];
  values: Record<string, string>;
  /** Names of the credentials that the server has; an empty field keeps them. */
  stored?: readonly string[];
  problems: Problems;
  disabled?: boolean;
  onChange(values: Record<string, string>): void;
}

/** The fields that a provider asks for, as it describes them. */
export function ProviderFields({
  fields,
  values,
  stored = [],
  problems,
  disabled,
  onChange,
}: ProviderFieldsProps) {
  return fields.map((field) => {
    const kept = stored.includes(field.name);
    return (
      <Field
        key={field.name}
        label={field.title}
        required={field.required && !kept}
        help={field.help || undefined}
        error={problems[field.name]}
      >
        <Control
          field={field}
          kept={kept}
          disabled={disabled ?? false}
          value={values[field.name] ?? ''}
          onChange={(value) => onChange({ ...values, [field.name]: value })}
        />
      </Field>
    );
  });
}

interface ControlProps {
  field: ProviderField;
  /** The server has a value, which stays when nothing is typed. */
  kept: boolean;
  disabled: boolean;
  value: string;
  onChange(value: string): void;
}

function Control({ field, kept, disabled, value, onChange }: ControlProps) {
  const placeholder = kept ? t`Stored. Type to replace it` : field.example;
  if (field.choices.length > 0)
    return (
      <Select
        value={value || field.default}
        disabled={disabled}
        onChange={onChange}
        options={field.choices.map((choice) => ({ value: choice.value, label: choice.title }))}
      />
    );
  if (field.multiline)
    return (
      <Textarea
        rows={5}
        mono
        className={field.secret ? styles.hidden : undefined}
        spellCheck={false}
        disabled={disabled}
        value={value}
        placeholder={placeholder}
        onChange={(event) => onChange(event.target.value)}
      />
    );
  return (
    <Input
      type={field.secret ? 'password' : 'text'}
      autoComplete={field.secret ? 'new-password' : 'off'}
      spellCheck={false}
      disabled={disabled}
      value={value}
      placeholder={placeholder ?? field.default}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}
