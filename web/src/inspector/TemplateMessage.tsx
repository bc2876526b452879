import { plural } from '@lingui/core/macro';
import { useLingui } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { allTemplatesQuery } from '@/api/queries';
import {
  channelTypeOf,
  type FieldSchema,
  isObject,
  type Json,
  type JsonObject,
  type Path,
  valueAt,
} from '@/flow-model';
import { missingParameters, parameterLabel } from '@/templates/parts';
import { TemplatePhone } from '@/templates/TemplateBubble';
import { TemplateStatusBadge, templateStateWord } from '@/templates/TemplateStatusBadge';
import type { Template } from '@/templates/types';
import { Button, Field, Select } from '@/ui';
import { FieldControl } from './FieldControl';
import { type Form, FormContext, useForm } from './form';
import styles from './TemplateMessage.module.css';

/** The message that a path lies in, when that sends a template. */
export function templateMessageAt(config: Json | undefined, path: Path): JsonObject | undefined {
  const parent = valueAt(config as JsonObject, path.slice(0, -1));
  return isObject(parent) && parent.type === 'template' ? parent : undefined;
}

/** The templates that the message names, in all their languages, and the very one that it sends. */
function useChosen(path: Path): { languages: Template[]; chosen: Template | undefined } {
  const form = useForm();
  const templates = useQuery(allTemplatesQuery);
  const message = templateMessageAt(form.node.config, path);
  const channelType = channelTypeOf(form.node, form.type);
  const languages = (templates.data ?? []).filter(
    (template) => template.channel_type === channelType && template.slug === message?.template,
  );
  const chosen =
    languages.find(({ language }) => language === message?.language) ??
    (message?.language === undefined && languages.length === 1 ? languages[0] : undefined);
  return { languages, chosen };
}

interface PartProps {
  path: Path;
  /** The plain control, where nothing is known of the template. */
  plain: ReactNode;
}

/** The language of a template: one of those that it is there in. */
export function TemplateLanguage({
  path,
  plain,
  frame,
}: PartProps & { frame: { label: string; help: string | undefined; error: string | undefined } }) {
  const { readOnly, change, node } = useForm();
  const { languages, chosen } = useChosen(path);
  if (languages.length === 0) return plain;
  const value = valueAt(node.config, path);
  const options = languages.map((template) => ({
    value: template.language,
    label: template.language,
    detail: templateStateWord(template),
  }));
  if (typeof value === 'string' && !languages.some(({ language }) => language === value))
    options.unshift({ value, label: value, detail: '' });
  return (
    <Field {...frame}>
      <Select
        value={typeof value === 'string' ? value : chosen?.language}
        options={options}
        onChange={(next) => change(path, next)}
        disabled={readOnly}
      />
    </Field>
  );
}

/** One field for each parameter of the template, and the message as a phone shows it. */
export function TemplateParameters({
  path,
  plain,
  schema,
  error,
}: PartProps & { schema: FieldSchema; error: string | undefined }) {
  const { t } = useLingui();
  const form = useForm();
  const { chosen } = useChosen(path);
  if (!chosen) return plain;
  const value = valueAt(form.node.config, path);
  const given: Json[] = Array.isArray(value) ? value : [];
  const extra = given.length - chosen.parameters;
  const values = Array.from({ length: chosen.parameters }, (_, index) =>
    shownValue(form, path, given, index),
  );
  const missing = missingParameters(chosen, values);
  const item = schema.items ?? {};
  return (
    <div className={styles.template}>
      <Field label={schema.title ?? t`Parameters`} required={false} error={error} group>
        {chosen.parameters === 0 && <p className={styles.quiet}>{t`This template takes no parameters.`}</p>}
        <FormContext value={padding(form, path, given, chosen.parameters)}>
          {values.map((_, index) => (
            <FieldControl
              // biome-ignore lint/suspicious/noArrayIndexKey: parameters are told apart by their place
              key={index}
              schema={itemSchema(item, chosen, index)}
              path={[...path, index]}
              label={parameterLabel(chosen, index + 1)}
              required
            />
          ))}
        </FormContext>
        {extra > 0 && !form.readOnly && (
          <p className={styles.extra}>
            {t`The template takes fewer values than are given here.`}{' '}
            <Button size="small" onClick={() => form.change(path, given.slice(0, chosen.parameters))}>
              {t`Remove the rest`}
            </Button>
          </p>
        )}
      </Field>
      <section className={styles.preview} aria-label={t`Preview`}>
        <div className={styles.head}>
          <TemplateStatusBadge template={chosen} />
          {missing.length > 0 && (
            <span className={styles.missing} role="status">
              {plural(missing.length, { one: '# parameter is missing', other: '# parameters are missing' })}
            </span>
          )}
        </div>
        {chosen.status_reason && <p className={styles.quiet}>{chosen.status_reason}</p>}
        <TemplatePhone channelType={chosen.channel_type} template={chosen} values={values} />
      </section>
    </div>
  );
}

/** What a parameter gives with the chosen sample; what cannot be rendered stays as it is written. */
function shownValue(form: Form, path: Path, given: readonly Json[], index: number): string | undefined {
  const written = given[index];
  if (typeof written !== 'string' || written === '') return undefined;
  const preview = form.previews?.get([...path, index].join('/'));
  return preview && !preview.error && preview.source === written && preview.text ? preview.text : written;
}

/** A form that writes the whole list when one of its items changes, so that no place is left out. */
function padding(form: Form, path: Path, given: readonly Json[], count: number): Form {
  const key = path.join('/');
  return {
    ...form,
    change: (changed, value) => {
      const index = changed.at(-1);
      if (typeof index !== 'number' || changed.slice(0, -1).join('/') !== key) {
        form.change(changed, value);
        return;
      }
      const next = Array.from({ length: Math.max(count, given.length) }, (_, place) => given[place] ?? '');
      next[index] = value ?? '';
      form.change(path, next);
    },
  };
}

function itemSchema(item: FieldSchema, template: Template, index: number): FieldSchema {
  const example = template.parameter_list[index]?.example;
  return {
    ...item,
    description: undefined,
    ...(example ? { 'x-sluice': { ...item['x-sluice'], example } } : {}),
  } as FieldSchema;
}
