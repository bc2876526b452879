import { type Flow, isObject, readFlow } from '@/flow-model';
import type { LocalStore } from './localStore';

/** A draft with changes that the server has not confirmed yet, as one tab has it. */
export interface KeptDraft {
  flowId: string;
  /** Whose it is: nobody else who signs in here gets to see it. */
  owner: string;
  /** The tab that made it. */
  tab: string;
  /** When it was kept, in milliseconds since 1970. */
  at: number;
  /** What it was made of, and that draft's ETag. */
  etag: string;
  base: Flow;
  flow: Flow;
}

/** Why a copy was kept: which side of a choice it was. */
export type CopyReason = 'mine' | 'theirs' | 'replaced' | 'recovered';

/** A draft that gave way to another one. */
export interface KeptCopy {
  id: string;
  flowId: string;
  owner: string;
  at: number;
  reason: CopyReason;
  flow: Flow;
}

/** So many copies of a flow are kept; older ones go. */
export const mostCopies = 20;

/** What this browser keeps of one person's drafts. It holds flows, and nothing that lets anybody in. */
export class KeptDrafts {
  constructor(
    private readonly store: LocalStore,
    readonly owner: string,
    private readonly now: () => number = Date.now,
  ) {}

  async keep(draft: Omit<KeptDraft, 'owner' | 'at'>): Promise<void> {
    const row: KeptDraft = { ...draft, owner: this.owner, at: this.now() };
    await this.store.put('drafts', this.key(draft.flowId, draft.tab), row);
  }

  async forget(flowId: string, tab: string): Promise<void> {
    await this.store.remove('drafts', this.key(flowId, tab));
  }

  /** What tabs left of that flow, the newest first. What cannot be read is left alone. */
  async draftsOf(flowId: string): Promise<KeptDraft[]> {
    const rows = await this.store.list('drafts', this.key(flowId, ''));
    return rows.filter(isDraft).sort((a, b) => b.at - a.at);
  }

  async addCopy(flowId: string, flow: Flow, reason: CopyReason): Promise<KeptCopy> {
    const at = this.now();
    const id = `${String(at).padStart(15, '0')}-${Math.random().toString(36).slice(2, 8)}`;
    const copy: KeptCopy = { id, flowId, owner: this.owner, at, reason, flow };
    await this.store.put('copies', this.key(flowId, id), copy);
    const all = await this.copiesOf(flowId);
    for (const old of all.slice(mostCopies)) await this.removeCopy(flowId, old.id);
    return copy;
  }

  /** The newest first. */
  async copiesOf(flowId: string): Promise<KeptCopy[]> {
    const rows = await this.store.list('copies', this.key(flowId, ''));
    return rows.filter(isCopy).sort((a, b) => b.at - a.at || (a.id < b.id ? 1 : -1));
  }

  async removeCopy(flowId: string, id: string): Promise<void> {
    await this.store.remove('copies', this.key(flowId, id));
  }

  private key(flowId: string, rest: string): string {
    return `${this.owner}/${flowId}/${rest}`;
  }
}

function isDraft(row: unknown): row is KeptDraft {
  return (
    isObject(row) &&
    [row.flowId, row.owner, row.tab, row.etag].every((text) => typeof text === 'string') &&
    typeof row.at === 'number' &&
    isFlow(row.base) &&
    isFlow(row.flow)
  );
}

function isCopy(row: unknown): row is KeptCopy {
  return isObject(row) && typeof row.id === 'string' && typeof row.at === 'number' && isFlow(row.flow);
}

function isFlow(value: unknown): boolean {
  return 'flow' in readFlow(value);
}
