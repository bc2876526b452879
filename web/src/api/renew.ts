import type { QueryClient, QueryFilters } from '@tanstack/react-query';

/**
 * Asks again for what these queries show, because something happened on the server.
 * An answer that was given before it happened must not stay: a first one that is on its
 * way is shown when it comes, and then asked for once more. Invalidating alone would
 * leave it be.
 */
export function renew(queries: QueryClient, filters: QueryFilters): void {
  const first = queries
    .getQueryCache()
    .findAll({ ...filters, fetchStatus: 'fetching' })
    .filter(({ state }) => state.data === undefined);
  void queries.invalidateQueries(filters);
  for (const query of first)
    void query.promise?.then(
      () => queries.invalidateQueries({ queryKey: query.queryKey, exact: true }),
      () => undefined,
    );
}
