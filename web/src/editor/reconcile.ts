import { type Flow, mergeFlows, sameFlow } from '@/flow-model';
import type { KeptDraft } from './keptDrafts';

/** What becomes of a draft that was kept in this browser. */
export type Reconciled =
  /** The server has all of it. */
  | { kind: 'nothing' }
  /** The draft to go on with: the kept one, or with `merged` what it and the server's make together. */
  | { kind: 'bring_back'; flow: Flow; merged: boolean }
  /** Both changed the same things since `base`. */
  | { kind: 'conflict' };

/** Compares a kept draft with the one on the server now. */
export function reconcile(kept: KeptDraft, server: { flow: Flow; etag: string }): Reconciled {
  if (sameFlow(kept.flow, server.flow) || sameFlow(kept.flow, kept.base)) return { kind: 'nothing' };
  if (kept.etag === server.etag || sameFlow(kept.base, server.flow))
    return { kind: 'bring_back', flow: kept.flow, merged: false };
  const { flow, clashes, taken } = mergeFlows(kept.base, kept.flow, server.flow);
  if (clashes.length > 0) return { kind: 'conflict' };
  // What the server has may hold the kept changes already: saved, and then changed by somebody.
  return sameFlow(flow, server.flow) ? { kind: 'nothing' } : { kind: 'bring_back', flow, merged: taken > 0 };
}
