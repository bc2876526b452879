import { channelTypeLook } from '@/channels/channelTypes';
import { Field, Input, Segmented, Select } from '@/ui';
import styles from './RecipientRules.module.css';
import { failureCodes } from './receipts';
import type { RuleForm } from './rules';

interface RuleFieldsProps {
  form: RuleForm;
  problems: Partial<Record<keyof RuleForm, string>>;
  onChange(form: RuleForm): void;
}

const behaviours: { value: RuleForm['behaviour']; label: string }[] = [
  { value: 'automatic', label: 'Arrives' },
  { value: 'manual', label: 'I decide' },
  { value: 'fails', label: 'Fails later' },
  { value: 'refuses', label: 'Is refused' },
];

const explanations: Record<RuleForm['behaviour'], string> = {
  automatic: 'Receipts come by themselves. Write “never” for one that does not come.',
  manual: 'Nothing happens until you press Delivered, Read or Failed on the phone.',
  fails: 'The provider takes the message and reports a failure later.',
  refuses: 'The provider does not take the message at all.',
};

/** The fields of one rule; only those that its behaviour uses. */
export function RuleFields({ form, problems, onChange }: RuleFieldsProps) {
  const set = (change: Partial<RuleForm>) => onChange({ ...form, ...change });
  const text = (
    field: 'deliveredAfter' | 'readAfter' | 'failAfter' | 'replyAfter' | 'replyText',
    label: string,
    hint: string,
  ) => (
    <Field label={label} error={problems[field]}>
      <Input
        value={form[field]}
        placeholder={hint}
        onChange={(event) => set({ [field]: event.target.value })}
      />
    </Field>
  );
  return (
    <div className={styles.fields}>
      <Field label="Messages" group className={styles.wide ?? ''} help={explanations[form.behaviour]}>
        <Segmented
          aria-label="What happens to messages"
          value={form.behaviour}
          options={behaviours}
          onChange={(behaviour) => set({ behaviour: behaviour as RuleForm['behaviour'] })}
        />
      </Field>
      <Field label="Channel">
        <Select
          value={form.channelType || 'all'}
          onChange={(type) => set({ channelType: type === 'all' ? '' : type })}
          options={[
            { value: 'all', label: 'Every channel' },
            ...['sms', 'viber', 'whatsapp'].map((type) => ({
              value: type,
              label: channelTypeLook(type).title,
            })),
          ]}
        />
      </Field>
      {form.behaviour === 'automatic' && (
        <>
          {text('deliveredAfter', 'Delivered after', '1s')}
          {text('readAfter', 'Read after', '2s')}
          {text('replyText', 'Answers with', 'Nothing')}
          {form.replyText.trim() !== '' && text('replyAfter', 'Answers after', '5s')}
        </>
      )}
      {form.behaviour === 'fails' && text('failAfter', 'Fails after', '1s')}
      {form.behaviour === 'refuses' && (
        <Field label="Kind of refusal">
          <Select
            value={form.failClass}
            onChange={(failClass) => set({ failClass: failClass as RuleForm['failClass'] })}
            options={[
              { value: 'permanent', label: 'For good', detail: 'Trying again does not help' },
              { value: 'retryable', label: 'For now', detail: 'Sluice tries again until the deadline' },
              { value: 'auth', label: 'Wrong credentials', detail: 'The channel is suspended' },
              { value: 'unknown', label: 'No answer', detail: 'Nobody knows whether it was taken' },
            ]}
          />
        </Field>
      )}
      {(form.behaviour === 'fails' || form.behaviour === 'refuses') && (
        <Field label="Code">
          <Input
            value={form.failCode}
            maxLength={40}
            placeholder={failureCodes(form.channelType)[0]?.code}
            onChange={(event) => set({ failCode: event.target.value })}
          />
        </Field>
      )}
    </div>
  );
}
