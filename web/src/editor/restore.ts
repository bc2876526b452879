import { t } from '@lingui/core/macro';
import type { CommandContext } from '@/commands/command';
import type { Flow } from '@/flow-model';
import { toast } from '@/ui';

/**
 * Makes the draft into that flow as one step that can be undone. What the
 * draft was stays as a copy in this browser.
 */
export async function restoreAsDraft(
  { store, copies, announce }: Pick<CommandContext, 'store' | 'copies' | 'announce'>,
  flow: Flow,
  name: string,
): Promise<void> {
  const { flow: present, flowId, draftChanged, saved } = store.getState();
  if (draftChanged || present !== saved)
    await copies?.addCopy(flowId, present, 'replaced').catch(() => undefined);
  store.getState().become(flow, t`Restore ${name}`);
  const title = t`The draft is now as ${name} was`;
  announce(title);
  toast({ kind: 'success', title, detail: t`Undo brings back what it was before.` });
}
