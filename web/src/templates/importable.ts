import type { Channel, Provider } from '@/channels/types';

/** Whether the channel's provider lists templates. */
export function listsTemplates(channel: Channel, providers: readonly Provider[] | undefined): boolean {
  const provider = providers?.find(({ name }) => name === channel.kind);
  return provider?.imports_templates.includes(channel.type) ?? false;
}

/** What is left of an import, in milliseconds; undefined while nobody can tell. */
export function importRest(
  progress: { listed: number; total: number; started_at: string | null },
  now: number,
): number | undefined {
  const { listed, total, started_at: startedAt } = progress;
  if (!startedAt || listed === 0 || total <= listed) return undefined;
  const spent = now - Date.parse(startedAt);
  return spent > 0 ? (spent / listed) * (total - listed) : undefined;
}
