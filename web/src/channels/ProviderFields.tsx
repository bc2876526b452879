import { Field, Input } from '@/ui';
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
        <Input
          type={field.secret ? 'password' : 'text'}
          autoComplete={field.secret ? 'new-password' : 'off'}
          spellCheck={false}
          disabled={disabled}
          value={values[field.name] ?? ''}
          placeholder={kept ? 'Stored. Type to replace it' : field.example}
          onChange={(event) => onChange({ ...values, [field.name]: event.target.value })}
        />
      </Field>
    );
  });
}
