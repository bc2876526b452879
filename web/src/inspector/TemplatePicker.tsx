import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import type { Schemas } from '@/api/client';
import { allTemplatesQuery } from '@/api/queries';
import { channelTypeOf, isObject, type JsonObject, type Path, valueAt } from '@/flow-model';
import { Select } from '@/ui';
import { useField, useForm } from './form';

/** The templates of the node's channel type, by slug and language. */
export function TemplatePicker({ path }: { path: Path }) {
  const form = useForm();
  const { value } = useField(path);
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
    detail: template.status === 'approved' ? template.text : `${template.status} · ${template.text}`,
  }));
  const chosen = fitting.find(
    (template) => template.slug === slug && (language === undefined || template.language === language),
  );
  if (slug && templates.data && !chosen) {
    options.unshift({ value: slug, label: slug, detail: 'There is no such template here' });
  }

  const choose = (option: string) => {
    const template = fitting.find((other) => key(other.slug, other.language) === option);
    if (template) form.change(parent, filledIn(isObject(message) ? message : {}, name, template));
  };
  return (
    <Select
      value={chosen ? key(chosen.slug, chosen.language) : slug}
      options={options}
      onChange={choose}
      disabled={form.readOnly}
      placeholder={templates.isPending ? 'Loading templates…' : 'Choose a template'}
      footer={<Link href="/templates">Create a template</Link>}
    />
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
