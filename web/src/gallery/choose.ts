import type { Category, GalleryFlow } from './types';

/** What the gallery is asked for; an empty text asks for everything. */
export interface GalleryFilter {
  q: string;
  category: Category | '';
  channel: string;
}

/** Reads the filter from the address: ?q=otp&category=security&channel=viber. */
export function filterOf(search: URLSearchParams): GalleryFilter {
  return {
    q: search.get('q') ?? '',
    category: (search.get('category') ?? '') as Category | '',
    channel: search.get('channel') ?? '',
  };
}

/** The flows that fit all of the filter, in their own order. Every word of the text has to be found. */
export function chosen(
  flows: readonly GalleryFlow[],
  { q, category, channel }: GalleryFilter,
): GalleryFlow[] {
  const words = q.toLowerCase().split(/\s+/).filter(Boolean);
  return flows.filter((flow) => {
    const text = `${flow.title} ${flow.description}`.toLowerCase();
    return (
      (category === '' || flow.categories.includes(category)) &&
      (channel === '' || flow.channel_types.includes(channel)) &&
      words.every((word) => text.includes(word))
    );
  });
}

/** The channel types and categories that any of the flows has, so that no choice leads nowhere. */
export function choices(flows: readonly GalleryFlow[]): { channels: string[]; categories: Set<Category> } {
  return {
    channels: [...new Set(flows.flatMap((flow) => flow.channel_types))].sort(),
    categories: new Set(flows.flatMap((flow) => flow.categories)),
  };
}
