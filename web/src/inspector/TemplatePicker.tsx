import { t } from '@lingui/core/macro';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import type { Schemas } from '@/api/client';
import { allTemplatesQuery } from '@/api/queries';
import { channelTypeOf, isObject, type JsonObject, type Path, valueAt } from '@/flow-model';
import { templateStateWord } from '@/templates/TemplateStatusBadge';
import { useField, useForm } from './form';
import { Picker } from './Picker';

const NewTemplateDialog = lazy(() => import('./create/NewTemplateDialog'));

/** The templates of the node's channel type, by slug and language. */
export function TemplatePicker({ path }: { path: Path }) {
  const form = useForm();
  const { value } = useField(path);
  const [creating, setCreating] = useState(false);
  const templates = useQuery(allTemplatesQuery);
  const parent = path.slice(0, -1);
  const name = String(path.at(-1));
  const message = valueAt(form.node.config, parent);
  const slug = typeof value === 'string' ? value : undefined;
  const language = isObject(message) && typeof message.language === 'string' ? message.language : undefined;

  const channelType = channelTypeOf(form.node, form.type);
  const fitting = (templates.data ?? []).filter((template) => template.channel_type === channelType);
  const options = fitting.map((template) => ({
    value: key(template.slug, template.language),
    label: `${template.name} (${template.language})`,
    detail:
      template.status === 'approved' && !template.gone_at
        ? template.text
        : `${templateStateWord(template)} · ${template.text}`,
  }));
  const chosen = fitting.find(
    (template) => template.slug === slug && (language === undefined || template.language === language),
  );
  if (slug && templates.data && !chosen) {
    options.unshift({ value: slug, label: slug, detail: t`There is no such template here` });
  }

  const take = (template: Schemas['Template']) =>
    form.change(parent, filledIn(isObject(message) ? message : {}, name, template));
  const choose = (option: string) => {
    const template = fitting.find((other) => key(other.slug, other.language) === option);
    if (template) take(template);
  };
  return (
    <>
      <Picker
        value={chosen ? key(chosen.slug, chosen.language) : slug}
        options={options}
        onChange={choose}
        disabled={form.readOnly}
        placeholder={templates.isPending ? t`Loading templates…` : t`Choose a template`}
        none={t`There is no template of that name.`}
        create={channelType ? { label: t`Create a template`, onCreate: () => setCreating(true) } : undefined}
      />
      {creating && channelType && (
        <Suspense fallback={null}>
          <NewTemplateDialog channelType={channelType} onCreated={take} onClose={() => setCreating(false)} />
        </Suspense>
      )}
    </>
  );
}

function key(slug: string, language: string): string {
  return `${slug} ${language}`;
}

/** The message with that template, its language, and a place for each of its parameters. */
function filledIn(message: JsonObject, name: string, template: Schemas['Template']): JsonObject {
  const given = Array.isArray(message.parameters) ? message.parameters : [];
  const parameters = Array.from({ length: template.parameters }, (_, index) => given[index] ?? '');
  return {
    ...message,
    [name]: template.slug,
    language: template.language,
    ...(parameters.length > 0 || given.length > 0 ? { parameters } : {}),
  };
}
