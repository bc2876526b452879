import { Field, Input } from '@/ui';
import type { ChannelForm, Problems } from './form';
import type { Provider } from './types';

interface AddressFieldProps {
  form: ChannelForm;
  provider: Provider;
  problems: Problems;
  disabled?: boolean;
  onChange(change: Partial<ChannelForm>): void;
}

/** Where the vendor's API is, of a vendor that has no address of its own. */
export function AddressField({ form, provider, problems, disabled, onChange }: AddressFieldProps) {
  const { address } = provider;
  if (!address) return null;
  return (
    <Field
      label={address.title}
      required={address.required}
      help={address.help || undefined}
      error={problems.base_url}
    >
      <Input
        type="url"
        value={form.baseUrl}
        disabled={disabled}
        spellCheck={false}
        placeholder={address.example}
        onChange={(event) => onChange({ baseUrl: event.target.value })}
      />
    </Field>
  );
}
