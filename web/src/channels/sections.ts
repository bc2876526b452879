import { t } from '@lingui/core/macro';
import { asked, type ChannelForm, type Problems } from './form';
import type { Provider, ProviderField, ProviderSection } from './types';

/** Where a field's value is in the form. */
export type Part = 'credentials' | 'settings' | 'address';

export interface PlacedField {
  field: ProviderField;
  part: Part;
}

/** A section of the form with those of its fields that matter. */
export interface FormSection {
  section: ProviderSection;
  fields: PlacedField[];
}

/** The name of the provider's address among the fields. */
const addressField = 'base_url';

/** The form as the provider lays it out; sections with nothing to fill in or try are left out. */
export function laidOut(provider: Provider, form: Pick<ChannelForm, 'type' | 'settings'>): FormSection[] {
  const known = new Map<string, PlacedField>([
    [addressField, { field: addressOf(provider), part: 'address' }],
    ...asked(provider.credentials, provider, form).map((field): [string, PlacedField] => [
      field.name,
      { field, part: 'credentials' },
    ]),
    ...asked(provider.settings, provider, form).map((field): [string, PlacedField] => [
      field.name,
      { field, part: 'settings' },
    ]),
  ]);
  return provider.sections
    .map((section) => ({ section, fields: section.fields.flatMap((name) => known.get(name) ?? []) }))
    .filter(({ section, fields }) => fields.length > 0 || section.trial !== 'none');
}

/** The address as a field: the provider's own, or the one that replaces where its API is. */
function addressOf(provider: Provider): ProviderField {
  return (
    provider.address ?? {
      name: addressField,
      title: t`API address`,
      help: t`Only for a proxy or a test double; empty uses the provider’s own.`,
      example: provider.default_base_url,
      secret: false,
      required: false,
      multiline: false,
      short: false,
      choices: [],
      types: [],
    }
  );
}

export function textOf(form: ChannelForm, { field, part }: PlacedField): string {
  if (part === 'address') return form.baseUrl;
  return form[part][field.name] ?? '';
}

/** The change to the form that gives a field a value. */
export function withValue(
  form: ChannelForm,
  { field, part }: PlacedField,
  value: string,
): Partial<ChannelForm> {
  if (part === 'address') return { baseUrl: value };
  return { [part]: { ...form[part], [field.name]: value } };
}

/** How many fields of a section say something of their own. `stored` are credentials that the server has. */
export function filledIn(
  fields: readonly PlacedField[],
  form: ChannelForm,
  stored: readonly string[],
): number {
  return fields.filter((placed) => {
    const value = textOf(form, placed).trim();
    if (placed.part === 'credentials' && stored.includes(placed.field.name)) return true;
    return value !== '' && value !== placed.field.default;
  }).length;
}

export function hasProblem(fields: readonly PlacedField[], problems: Problems): boolean {
  return fields.some(({ field }) => problems[field.name] !== undefined);
}
