import { t } from '@lingui/core/macro';
import type { Channel, ChannelPatch, NewChannel, Provider, ProviderField } from './types';

export const maxName = 50;
export const maxRemarks = 150;

/** A channel as its form edits it. Credentials that are stored already begin empty: they never leave the server. */
export interface ChannelForm {
  name: string;
  /** Only for a new channel; empty: made from the name. */
  slug: string;
  remarks: string;
  kind: string;
  type: string;
  baseUrl: string;
  credentials: Record<string, string>;
  settings: Record<string, string>;
}

/** Problems by field: "name", "slug", ..., or the provider's own field names. */
export type Problems = Record<string, string>;

export function newChannelForm(provider: Provider | undefined): ChannelForm {
  return {
    name: '',
    slug: '',
    remarks: '',
    kind: provider?.name ?? '',
    type: provider?.channel_types[0] ?? '',
    baseUrl: '',
    credentials: {},
    settings: {},
  };
}

export function readChannel(channel: Channel): ChannelForm {
  return {
    name: channel.name,
    slug: channel.slug,
    remarks: channel.remarks,
    kind: channel.kind,
    type: channel.type,
    baseUrl: channel.base_url,
    credentials: {},
    settings: { ...channel.settings },
  };
}

/** What is wrong with the form, by field. `stored` are credentials that the server has already. */
export function checkChannel(
  form: ChannelForm,
  provider: Provider | undefined,
  stored: readonly string[] = [],
): Problems {
  const problems: Problems = {};
  const name = form.name.trim();
  if (!name) problems.name = t`Give the channel a name.`;
  else if ([...name].length > maxName) problems.name = t`At most ${maxName} characters.`;
  if ([...form.remarks].length > maxRemarks) problems.remarks = t`At most ${maxRemarks} characters.`;
  if (form.slug && !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(form.slug))
    problems.slug = t`Use small letters, digits and single hyphens, such as sms-main.`;
  if (form.baseUrl.trim() && !/^https?:\/\/[^\s/]+/.test(form.baseUrl.trim()))
    problems.base_url = t`Begin with https:// or http://.`;
  if (!provider) problems.kind = t`Choose a provider.`;
  if (provider?.address) collect(problems, { ...provider.address, name: 'base_url' }, form.baseUrl, false);
  for (const field of asked(provider?.credentials, provider, form))
    collect(problems, field, form.credentials[field.name] ?? '', stored.includes(field.name));
  for (const field of asked(provider?.settings, provider, form))
    collect(problems, field, form.settings[field.name] ?? '', false);
  return problems;
}

/** The fields that matter with this type and these settings; the others are not shown. */
export function asked(
  fields: readonly ProviderField[] | undefined,
  provider: Provider | undefined,
  { type, settings }: Pick<ChannelForm, 'type' | 'settings'>,
): ProviderField[] {
  return (fields ?? []).filter(({ when, types }) => {
    if (types.length > 0 && !types.includes(type)) return false;
    if (!when) return true;
    const preset = provider?.settings.find((field) => field.name === when.setting)?.default;
    return when.values.includes(settings[when.setting] || preset || '');
  });
}

function collect(problems: Problems, field: ProviderField, value: string, stored: boolean): void {
  if (!value.trim()) {
    if (field.required && !stored) problems[field.name] = t`${field.title} is needed.`;
    return;
  }
  if (field.pattern && !matches(field.pattern, value.trim()))
    problems[field.name] = field.example
      ? t`This does not look right. An example: ${field.example}`
      : t`This does not look right.`;
}

/** Patterns are the server's (RE2); one that the browser does not understand is left to the server. */
function matches(pattern: string, value: string): boolean {
  try {
    return new RegExp(`^(?:${pattern})$`, 'u').test(value);
  } catch {
    return true;
  }
}

/** The body that creates the channel. */
export function newChannelBody(form: ChannelForm): NewChannel {
  const baseUrl = form.baseUrl.trim();
  return {
    name: form.name.trim(),
    type: form.type,
    kind: form.kind,
    ...(form.slug ? { slug: form.slug } : {}),
    ...(form.remarks.trim() ? { remarks: form.remarks.trim() } : {}),
    ...(baseUrl ? { base_url: baseUrl } : {}),
    credentials: given(form.credentials),
    settings: given(form.settings),
  };
}

/** The body that changes the channel: only what differs. Undefined when nothing does. */
export function channelPatch(form: ChannelForm, channel: Channel): ChannelPatch | undefined {
  const patch: ChannelPatch = {};
  if (form.name.trim() !== channel.name) patch.name = form.name.trim();
  if (form.remarks.trim() !== channel.remarks) patch.remarks = form.remarks.trim();
  if (form.baseUrl.trim() !== channel.base_url) patch.base_url = form.baseUrl.trim();
  const credentials = given(form.credentials);
  if (Object.keys(credentials).length > 0) patch.credentials = credentials;
  const settings = Object.fromEntries(
    Object.entries(form.settings)
      .map(([name, value]) => [name, value.trim()] as const)
      .filter(([name, value]) => value !== (channel.settings[name] ?? '')),
  );
  if (Object.keys(settings).length > 0) patch.settings = settings;
  return Object.keys(patch).length > 0 ? patch : undefined;
}

/** Whether saving the patch takes a bound channel out of use until it is bound again. */
export function unbinds(patch: ChannelPatch | undefined): boolean {
  // How fast messages go out is our own affair, and no provider has to be asked again.
  const asksAgain = Object.keys(patch?.settings ?? {}).some((name) => name !== 'messages_per_second');
  return patch?.credentials !== undefined || asksAgain || patch?.base_url !== undefined;
}

function given(values: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values)
      .map(([name, value]) => [name, value.trim()] as const)
      .filter(([, value]) => value !== ''),
  );
}
