import type { MessageDescriptor } from '@lingui/core';
import { i18n } from '@lingui/core';
import { msg, t } from '@lingui/core/macro';
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

const behaviours: Record<RuleForm['behaviour'], { label: MessageDescriptor; meaning: MessageDescriptor }> = {
  automatic: {
    label: msg`Arrives`,
    meaning: msg`Receipts come by themselves. Write “never” for one that does not come.`,
  },
  manual: {
    label: msg`I decide`,
    meaning: msg`Nothing happens until you press Delivered, Read or Failed on the phone.`,
  },
  fails: {
    label: msg`Fails later`,
    meaning: msg`The provider takes the message and reports a failure later.`,
  },
  refuses: {
    label: msg`Is refused`,
    meaning: msg`The provider does not take the message at all.`,
  },
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
      <Field
        label={t`Messages`}
        group
        className={styles.wide ?? ''}
        help={i18n._(behaviours[form.behaviour].meaning)}
      >
        <Segmented
          aria-label={t`What happens to messages`}
          value={form.behaviour}
          options={Object.entries(behaviours).map(([value, { label }]) => ({ value, label: i18n._(label) }))}
          onChange={(behaviour) => set({ behaviour: behaviour as RuleForm['behaviour'] })}
        />
      </Field>
      <Field label={t`Channel`}>
        <Select
          value={form.channelType || 'all'}
          onChange={(type) => set({ channelType: type === 'all' ? '' : type })}
          options={[
            { value: 'all', label: t`Every channel` },
            ...['sms', 'viber', 'whatsapp'].map((type) => ({
              value: type,
              label: channelTypeLook(type).title,
            })),
          ]}
        />
      </Field>
      {form.behaviour === 'automatic' && (
        <>
          {text('deliveredAfter', t`Delivered after`, '1s')}
          {text('readAfter', t`Read after`, '2s')}
          {text('replyText', t`Answers with`, t`Nothing`)}
          {form.replyText.trim() !== '' && text('replyAfter', t`Answers after`, '5s')}
        </>
      )}
      {form.behaviour === 'fails' && text('failAfter', t`Fails after`, '1s')}
      {form.behaviour === 'refuses' && (
        <Field label={t`Kind of refusal`}>
          <Select
            value={form.failClass}
            onChange={(failClass) => set({ failClass: failClass as RuleForm['failClass'] })}
            options={[
              { value: 'permanent', label: t`For good`, detail: t`Trying again does not help` },
              { value: 'retryable', label: t`For now`, detail: t`Sluice tries again until the deadline` },
              { value: 'auth', label: t`Wrong credentials`, detail: t`The channel is suspended` },
              { value: 'unknown', label: t`No answer`, detail: t`Nobody knows whether it was taken` },
            ]}
          />
        </Field>
      )}
      {(form.behaviour === 'fails' || form.behaviour === 'refuses') && (
        <Field label={t`Code`}>
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
