export const statuses = ['published', 'draft', 'changed'] as const;
export const sorts = ['-updated', '-created', 'name', '-name'] as const;

/** What the flows list shows; it lives in the address, so that back and reload keep it. */
export interface ListState {
  q: string;
  status: (typeof statuses)[number] | undefined;
  sort: (typeof sorts)[number];
}

export function listState(search: URLSearchParams): ListState {
  const status = search.get('status');
  const sort = search.get('sort');
  return {
    q: search.get('q') ?? '',
    status: statuses.find((known) => known === status),
    sort: sorts.find((known) => known === sort) ?? '-updated',
  };
}
