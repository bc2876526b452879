import { type QueryKey, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef } from 'react';
import { renew as renewQueries } from '@/api/renew';

/**
 * Gives a function that makes queries stale, at once the first time and then at
 * most every `interval` milliseconds: a thousand events per second are one
 * question to the server, and the last one is never lost.
 */
export function useStaleAfterEvents(key: QueryKey, interval: number): () => void {
  const queries = useQueryClient();
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const again = useRef(false);
  const latest = useRef(key);
  useEffect(() => {
    latest.current = key;
  });
  useEffect(
    () => () => {
      clearTimeout(timer.current);
      timer.current = undefined;
    },
    [],
  );
  return useCallback(() => {
    const renew = () => {
      again.current = false;
      renewQueries(queries, { queryKey: latest.current });
      timer.current = setTimeout(() => {
        timer.current = undefined;
        if (again.current) renew();
      }, interval);
    };
    if (timer.current === undefined) renew();
    else again.current = true;
  }, [queries, interval]);
}
