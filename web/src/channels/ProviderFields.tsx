import { t } from '@lingui/core/macro';
import { Field, Input, Select, Textarea } from '@/ui';
import styles from './ChannelForm.module.css';
import type { ChannelForm, Problems } from './form';
import layout from './ProviderSections.module.css';
import { type PlacedField, textOf, withValue } from './sections';
import type { ProviderField } from './types';

interface ProviderFieldsProps {
  fields: readonly PlacedField[];
  form: ChannelForm;
  /** Names of the credentials that the server has; an empty field keeps them. */
  stored: readonly string[];
  problems: Problems;
  disabled: boolean;
  onChange(change: Partial<ChannelForm>): void;
}

/** Fields that a provider asks for, as it describes them. */
export function ProviderFields({ fields, form, stored, problems, disabled, onChange }: ProviderFieldsProps) {
  return (
    <div className={layout.fields}>
      {fields.map((placed) => {
        const { field, part } = placed;
        const kept = part === 'credentials' && stored.includes(field.name);
        return (
          <Field
            key={field.name}
            className={field.short ? layout.short : undefined}
            label={field.title}
            required={field.required && !kept}
            help={field.help || undefined}
            error={problems[field.name]}
          >
            <Control
              field={field}
              kept={kept}
              disabled={disabled}
              address={part === 'address'}
              value={textOf(form, placed)}
              onChange={(value) => onChange(withValue(form, placed, value))}
            />
          </Field>
        );
      })}
    </div>
  );
}

interface ControlProps {
  field: ProviderField;
  /** The server has a value, which stays when nothing is typed. */
  kept: boolean;
  disabled: boolean;
  /** It is the address of the provider's API. */
  address: boolean;
  value: string;
  onChange(value: string): void;
}

function Control({ field, kept, disabled, address, value, onChange }: ControlProps) {
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
      type={field.secret ? 'password' : address ? 'url' : 'text'}
      autoComplete={field.secret ? 'new-password' : 'off'}
      spellCheck={false}
      disabled={disabled}
      value={value}
      placeholder={placeholder ?? field.default}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}
