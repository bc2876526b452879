import { t } from '@lingui/core/macro';
import { placeholderProblem } from './placeholders';
import type { NewTemplate, Template, TemplatePatch, TemplateStatus } from './types';

/** A template as its form edits it. */
export interface TemplateForm {
  name: string;
  /** Only for a new template; empty: made from the name. */
  slug: string;
  language: string;
  category: string;
  channelType: string;
  text: string;
  status: TemplateStatus;
  providerRef: string;
}

export type Problems = Partial<Record<string, string>>;

export const emptyTemplate: TemplateForm = {
  name: '',
  slug: '',
  language: 'en',
  category: 'utility',
  channelType: 'whatsapp',
  text: '',
  status: 'approved',
  providerRef: '',
};

export function readTemplate(template: Template): TemplateForm {
  return {
    name: template.name,
    slug: template.slug,
    language: template.language,
    category: template.category,
    channelType: template.channel_type,
    text: template.text,
    status: template.status,
    providerRef: template.provider_ref,
  };
}

/** What is wrong with the form, by the API's field names. */
export function checkTemplate(form: TemplateForm): Problems {
  const problems: Problems = {};
  if (!form.name.trim()) problems.name = t`Give the template a name.`;
  if (form.slug && !/^[a-z0-9]+([-_][a-z0-9]+)*$/.test(form.slug))
    problems.slug = t`Use small letters, digits, single hyphens or underscores, such as order_shipped.`;
  if (!/^[a-zA-Z]{2,3}([-_][a-zA-Z0-9]{2,8})*$/.test(form.language.trim()))
    problems.language = t`Write a language code, such as en, pt_BR or zh-Hans.`;
  if (!form.text.trim()) problems.text = t`Write what the message says.`;
  else {
    const problem = placeholderProblem(form.text);
    if (problem) problems.text = problem;
  }
  return problems;
}

export function newTemplateBody(form: TemplateForm): NewTemplate {
  return {
    name: form.name.trim(),
    ...(form.slug ? { slug: form.slug } : {}),
    language: form.language.trim(),
    category: form.category,
    channel_type: form.channelType,
    text: form.text,
    status: form.status,
    ...(form.providerRef.trim() ? { provider_ref: form.providerRef.trim() } : {}),
  };
}

/** The body that changes the template: only what differs. Undefined when nothing does. */
export function templatePatch(form: TemplateForm, template: Template): TemplatePatch | undefined {
  const patch: TemplatePatch = {};
  if (form.name.trim() !== template.name) patch.name = form.name.trim();
  if (form.category !== template.category) patch.category = form.category;
  if (form.text !== template.text) patch.text = form.text;
  if (form.status !== template.status) patch.status = form.status;
  if (form.providerRef.trim() !== template.provider_ref) patch.provider_ref = form.providerRef.trim();
  return Object.keys(patch).length > 0 ? patch : undefined;
}
