import type { Schemas } from '@/api/client';
import type { GalleryFlow } from './types';

type NeededChannel = GalleryFlow['channels'][number];
type NeededTemplate = GalleryFlow['templates'][number];

/** What a flow of the gallery refers to, and whether the workspace has it. */
export interface Needs {
  channels: (NeededChannel & { present: boolean })[];
  templates: (NeededTemplate & { present: boolean })[];
  missing: { channels: NeededChannel[]; templates: NeededTemplate[] };
}

export function needsOf(
  flow: GalleryFlow,
  channels: readonly Pick<Schemas['Channel'], 'slug' | 'type'>[],
  templates: readonly Pick<Schemas['Template'], 'slug' | 'channel_type' | 'language'>[],
): Needs {
  const neededChannels = flow.channels.map((needed) => ({
    ...needed,
    present: channels.some(({ slug, type }) => slug === needed.slug && type === needed.channel_type),
  }));
  const neededTemplates = flow.templates.map((needed) => ({
    ...needed,
    present: templates.some(
      (own) =>
        own.slug === needed.slug &&
        own.channel_type === needed.channel_type &&
        own.language === needed.language,
    ),
  }));
  return {
    channels: neededChannels,
    templates: neededTemplates,
    missing: {
      channels: flow.channels.filter((_, index) => !neededChannels[index]?.present),
      templates: flow.templates.filter((_, index) => !neededTemplates[index]?.present),
    },
  };
}

/** How many things are missing. */
export function missingCount({ missing }: Needs): number {
  return missing.channels.length + missing.templates.length;
}
