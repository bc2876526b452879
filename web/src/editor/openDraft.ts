import { t } from '@lingui/core/macro';
import { type Flow, type NodeTypes, readFlow } from '@/flow-model';
import type { loadDraft } from './draftClient';
import { type KeptDraft, KeptDrafts } from './keptDrafts';
import { openLocalStore } from './localStore';
import { reconcile } from './reconcile';
import { createEditorStore, type EditorStore } from './store';
import { Tabs } from './tabs';

/** What this browser knows of a flow's draft. */
export interface LocalSide {
  tabs: Tabs;
  /** Undefined where nothing can be kept. */
  drafts: KeptDrafts | undefined;
  /** What this tab, or tabs that are no more, left behind; the newest first. */
  left: KeptDraft[];
}

export async function openLocalSide(flowId: string, owner: string): Promise<LocalSide> {
  const tabs = new Tabs(flowId);
  const store = openLocalStore();
  if (!store) return { tabs, drafts: undefined, left: [] };
  const drafts = new KeptDrafts(store, owner);
  try {
    const all = await drafts.draftsOf(flowId);
    // Asked only when there is something: it takes a moment.
    const alive = all.length > 0 ? await tabs.others() : new Set();
    return { tabs, drafts, left: all.filter(({ tab }) => !alive.has(tab)) };
  } catch {
    return { tabs, drafts: undefined, left: [] };
  }
}

interface Opening {
  flowId: string;
  types: NodeTypes;
  loaded: Awaited<ReturnType<typeof loadDraft>>;
  local: LocalSide;
  selected: string | undefined;
}

/**
 * The store of an opened draft: the server's, with the changes that had not
 * reached it. Of several that were left the newest is brought back, and the
 * others stay as copies.
 */
export function openDraft({
  flowId,
  types,
  loaded,
  local,
  selected,
}: Opening): { store: EditorStore } | { problem: string } {
  const read = readFlow(loaded.draft);
  if ('problem' in read) return read;
  const { flow } = read;
  const store = createEditorStore({
    flowId,
    types,
    flow,
    etag: loaded.etag,
    state: loaded.state,
    selected: flow.nodes.some((node) => node.id === selected) ? selected : undefined,
  });
  let brought = false;
  for (const kept of local.left) {
    brought = (!brought && bringBack(store, kept, { flow, etag: loaded.etag })) || brought;
    if (kept.tab !== local.tabs.tab || store.getState().flow === flow)
      void setAside(local, kept, brought ? undefined : flow);
  }
  return { store };
}

/** Puts a kept draft onto the screen; false when the server has all of it. */
function bringBack(store: EditorStore, kept: KeptDraft, server: { flow: Flow; etag: string }): boolean {
  const outcome = reconcile(kept, server);
  if (outcome.kind === 'nothing') return false;
  const { become, setSave } = store.getState();
  if (outcome.kind === 'conflict') {
    become(kept.flow, t`Bring back unsaved changes`);
    store.setState({ saved: kept.base, etag: kept.etag });
    setSave({ kind: 'conflict', etag: server.etag, draft: server.flow });
    return true;
  }
  become(outcome.flow, t`Bring back unsaved changes`);
  store.setState({
    notice: {
      kind: 'recovered',
      at: kept.at,
      merged: outcome.merged,
      before: server.flow,
      after: store.getState().flow,
    },
  });
  return true;
}

/** Keeps what another tab left as a copy, unless the server has it, and clears its place. */
async function setAside(local: LocalSide, kept: KeptDraft, server: Flow | undefined): Promise<void> {
  const { drafts } = local;
  if (!drafts) return;
  const isKnown = server !== undefined && reconcile(kept, { flow: server, etag: '' }).kind === 'nothing';
  if (!isKnown) await drafts.addCopy(kept.flowId, kept.flow, 'recovered');
  await drafts.forget(kept.flowId, kept.tab);
}
