import { plural, t } from '@lingui/core/macro';
import { Braces } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { fieldMessages } from '@/api/problem';
import { channelTypeLook } from '@/channels/channelTypes';
import { slugOf } from '@/format/slug';
import { Button, Field, focusInvalid, Input, type Option, Refusal, Select, Textarea } from '@/ui';
import { categories } from './categories';
import { checkTemplate, type Problems, type TemplateForm } from './form';
import { parameterLabel } from './parts';
import { insertPlaceholder, parameterCount } from './placeholders';
import styles from './TemplateEditor.module.css';
import { TemplatePreview } from './TemplatePreview';
import { templateStatuses } from './TemplateStatusBadge';
import type { Template } from './types';

interface TemplateEditorProps {
  initial: TemplateForm;
  isNew: boolean;
  may: boolean;
  /** The verb on the button. */
  action: string;
  busy: boolean;
  error: Error | null;
  /** Whether there is something to save; left out, there always is. */
  changed?(form: TemplateForm): boolean;
  onSave(form: TemplateForm): void;
  /** Set for a template that was imported: only its name is ours. */
  imported?: Template | undefined;
}

/** A template's form beside a preview that follows every letter. */
export function TemplateEditor({
  initial,
  isNew,
  may,
  action,
  busy,
  error,
  changed,
  onSave,
  imported,
}: TemplateEditorProps) {
  const [form, setForm] = useState(initial);
  const [checked, setChecked] = useState<Problems>({});
  const [samples, setSamples] = useState<string[]>([]);
  const area = useRef<HTMLTextAreaElement>(null);
  const caret = useRef<number>(undefined);
  useEffect(() => {
    if (caret.current === undefined) return;
    area.current?.focus();
    area.current?.setSelectionRange(caret.current, caret.current);
    caret.current = undefined;
  });

  const set = (change: Partial<TemplateForm>) => {
    setForm({ ...form, ...change });
    setChecked({});
  };
  const fromServer = fieldMessages(error);
  const problems: Problems = { ...fromServer, ...checked };
  const parameters = imported?.parameters ?? parameterCount(form.text);
  const own = may && !imported;
  const insert = () => {
    const place = insertPlaceholder(
      form.text,
      area.current?.selectionStart ?? form.text.length,
      area.current?.selectionEnd ?? form.text.length,
    );
    caret.current = place.caret;
    set({ text: place.text });
  };

  return (
    <form
      className={styles.columns}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        const found = checkTemplate(form);
        setChecked(found);
        if (Object.keys(found).length === 0) onSave(form);
        else focusInvalid(event.currentTarget);
      }}
    >
      <div className={styles.card}>
        <Field label={t`Name`} required error={problems.name}>
          <Input
            value={form.name}
            disabled={!may}
            maxLength={100}
            placeholder={t`One-time password`}
            onChange={(event) => set({ name: event.target.value })}
          />
        </Field>
        <div className={styles.pair}>
          <Field
            label={t`Flows call it`}
            error={problems.slug}
            help={isNew ? t`It does not change later.` : undefined}
          >
            <Input
              mono
              value={form.slug}
              disabled={!isNew}
              maxLength={64}
              placeholder={slugOf(form.name) || 'otp'}
              onChange={(event) => set({ slug: event.target.value })}
            />
          </Field>
          <Field label={t`Language`} required error={problems.language}>
            <Input
              value={form.language}
              disabled={!isNew}
              maxLength={20}
              placeholder="en"
              onChange={(event) => set({ language: event.target.value })}
            />
          </Field>
        </div>
        <div className={styles.pair}>
          <Field label={t`Channel type`} error={problems.channel_type}>
            <Select
              value={form.channelType}
              disabled={!isNew}
              onChange={(channelType) => set({ channelType })}
              options={['whatsapp', 'viber', 'sms'].map((type) => ({
                value: type,
                label: channelTypeLook(type).title,
              }))}
            />
          </Field>
          <Field label={t`Category`} error={problems.category}>
            <Select
              value={form.category}
              disabled={!own}
              onChange={(category) => set({ category })}
              options={withCurrent(form.category)}
            />
          </Field>
        </div>
        <Field
          label={t`Text`}
          required
          error={problems.text}
          help={
            parameters === 0
              ? t`No parameters.`
              : plural(parameters, { one: 'Flows give # parameter.', other: 'Flows give # parameters.' })
          }
          aside={
            own && (
              <Button size="small" variant="ghost" icon={<Braces />} onClick={insert}>
                {t`Add ${`{{${parameters + 1}}}`}`}
              </Button>
            )
          }
        >
          <Textarea
            ref={area}
            rows={5}
            value={form.text}
            disabled={!own}
            maxLength={4096}
            placeholder={t`Your code is ${'{{1}}'}. It is valid for 10 minutes.`}
            onChange={(event) => set({ text: event.target.value })}
          />
        </Field>
        <div className={styles.pair}>
          <Field
            label={t`Status`}
            error={problems.status}
            help={imported?.status_reason || t`What the provider says about it.`}
          >
            <Select
              value={form.status}
              disabled={!own}
              onChange={(status) => set({ status: status as TemplateForm['status'] })}
              options={templateStatuses()}
            />
          </Field>
          <Field
            label={t`Provider’s id`}
            error={problems.provider_ref}
            help={t`Such as Twilio’s HX…, where it has one.`}
          >
            <Input
              mono
              value={form.providerRef}
              disabled={!own}
              maxLength={200}
              spellCheck={false}
              onChange={(event) => set({ providerRef: event.target.value })}
            />
          </Field>
        </div>
        <Refusal error={Object.keys(fromServer).length === 0 ? error : null} />
        {may && (
          <div className={styles.buttons}>
            <Button type="submit" variant="primary" busy={busy} disabled={changed ? !changed(form) : false}>
              {action}
            </Button>
          </div>
        )}
      </div>
      <TemplatePreview
        channelType={form.channelType}
        template={imported ?? { text: form.text, header: null, footer: '', buttons: [] }}
        labels={Array.from({ length: parameters }, (_, index) =>
          imported ? parameterLabel(imported, index + 1) : t`Sample for ${`{{${index + 1}}}`}`,
        )}
        examples={imported?.parameter_list.map(({ example }) => example) ?? []}
        samples={samples}
        onSamples={setSamples}
      />
    </form>
  );
}

/** The categories, with one that another client wrote kept as it is. */
function withCurrent(category: string): Option[] {
  const known = categories();
  return !category || known.some(({ value }) => value === category)
    ? known
    : [...known, { value: category, label: category }];
}
