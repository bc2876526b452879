import { QueryClient, QueryObserver } from '@tanstack/react-query';
import { describe, expect, it, vi } from 'vitest';
import { renew } from './renew';

/** A server whose answers wait until they are let go, and a screen that shows them. */
function watch() {
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  const asked: ((answer: string | Error) => void)[] = [];
  const observer = new QueryObserver(queries, {
    queryKey: ['runs', 'one'],
    queryFn: () =>
      new Promise<string>((resolve, reject) => {
        asked.push((answer) => (answer instanceof Error ? reject(answer) : resolve(answer)));
      }),
  });
  const stop = observer.subscribe(() => undefined);
  return { queries, asked, shown: () => observer.getCurrentResult().data, stop };
}

const patient = { timeout: 60_000 };

describe('renew', () => {
  it('asks once more when the first answer is still on its way, since it may be from before', async () => {
    const { queries, asked, shown, stop } = watch();
    renew(queries, { queryKey: ['runs'] });
    expect(asked.length).toBe(1);
    asked[0]?.('before');
    await vi.waitUntil(() => asked.length === 2, patient);
    expect(shown()).toBe('before');
    asked[1]?.('after');
    await vi.waitUntil(() => shown() === 'after', patient);
    expect(asked.length).toBe(2);
    stop();
  });

  it('drops a later answer that is on its way for a newer one', async () => {
    const { queries, asked, shown, stop } = watch();
    asked[0]?.('first');
    await vi.waitUntil(() => shown() === 'first', patient);
    renew(queries, { queryKey: ['runs'] });
    renew(queries, { queryKey: ['runs'] });
    await vi.waitUntil(() => asked.length === 3, patient);
    asked[1]?.('before');
    asked[2]?.('after');
    await vi.waitUntil(() => shown() === 'after', patient);
    stop();
  });

  it('asks nothing more of a server that refuses', async () => {
    const { queries, asked, shown, stop } = watch();
    renew(queries, { queryKey: ['runs'] });
    asked[0]?.(new Error('away'));
    await vi.waitUntil(() => queries.isFetching() === 0, patient);
    expect(asked.length).toBe(1);
    expect(shown()).toBeUndefined();
    stop();
  });
});
