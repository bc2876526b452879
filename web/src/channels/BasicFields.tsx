import { t } from '@lingui/core/macro';
import { Plural } from '@lingui/react/macro';
import { Field, Input, Textarea } from '@/ui';
import { channelTypeLook } from './channelTypes';
import { type ChannelForm, maxName, maxRemarks, type Problems } from './form';

interface BasicFieldsProps {
  form: ChannelForm;
  problems: Problems;
  disabled?: boolean;
  /** The slug that the name makes; left out, the slug is not to be chosen. */
  slugHint?: string;
  onChange(change: Partial<ChannelForm>): void;
}

/** A channel's own fields, whichever provider it has. */
export function BasicFields({ form, problems, disabled, slugHint, onChange }: BasicFieldsProps) {
  return (
    <>
      <Field label={t`Name`} required error={problems.name} aside={<Left of={maxName} text={form.name} />}>
        <Input
          value={form.name}
          disabled={disabled}
          placeholder={nameHint(form.type)}
          onChange={(event) => onChange({ name: event.target.value })}
        />
      </Field>
      {slugHint !== undefined && (
        <Field
          label={t`Flows call it`}
          error={problems.slug}
          help={t`Flows refer to the channel by this. It does not change later.`}
        >
          <Input
            mono
            value={form.slug}
            spellCheck={false}
            maxLength={64}
            placeholder={slugHint || `${form.type.replace('_', '-') || 'sms'}-main`}
            onChange={(event) => onChange({ slug: event.target.value })}
          />
        </Field>
      )}
      <Field label={t`Remarks`} error={problems.remarks} aside={<Left of={maxRemarks} text={form.remarks} />}>
        <Textarea
          rows={2}
          value={form.remarks}
          disabled={disabled}
          placeholder={t`Who owns it, what it costs, until when`}
          onChange={(event) => onChange({ remarks: event.target.value })}
        />
      </Field>
    </>
  );
}

/** How many characters are left, once that matters. */
function Left({ of, text }: { of: number; text: string }) {
  const left = of - [...text].length;
  if (left > of / 5) return null;
  return (
    <span style={{ fontSize: 12, color: left < 0 ? 'var(--red)' : 'var(--text-3)' }}>
      <Plural value={left} one="# left" other="# left" />
    </span>
  );
}

/** A name such as people give a channel of the type. */
function nameHint(type: string): string {
  const { title } = channelTypeLook(type);
  return ['sms', 'viber', 'whatsapp'].includes(type)
    ? t`${title} for one-time passwords`
    : t`${title} for customers`;
}
