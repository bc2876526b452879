import { useLingui } from '@lingui/react/macro';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { describeError } from '@/api/problem';
import type { CommandContext } from '@/commands/command';
import { toast } from '@/ui';
import { versionQuery } from '@/versions/queries';
import { restoreAsDraft } from './restore';

/** Restores the version that the address names with ?restore=3, once: the address loses that at once. */
export function useRestoreFromAddress(context: CommandContext): void {
  const { t } = useLingui();
  const queries = useQueryClient();
  const latest = useRef(context);
  useEffect(() => {
    latest.current = context;
  });
  useEffect(() => {
    const address = new URL(window.location.href);
    const number = Number(address.searchParams.get('restore'));
    if (!number || !latest.current.mayEdit) return;
    address.searchParams.delete('restore');
    window.history.replaceState(window.history.state, '', address);
    const { flowId } = latest.current.store.getState();
    queries
      .fetchQuery(versionQuery(flowId, number))
      .then(({ flow }) => restoreAsDraft(latest.current, flow, t`version ${number}`))
      .catch((error: unknown) => toast({ kind: 'error', ...describeError(error) }));
  }, [queries, t]);
}
