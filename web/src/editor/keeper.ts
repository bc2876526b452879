import type { KeptDrafts } from './keptDrafts';
import type { EditorStore } from './store';

/**
 * Keeps every change of an open draft in this browser until the server has it,
 * one write after the other, the newest state each time. What goes wrong is in
 * the store's `kept`: then the browser asks before the tab is closed.
 */
export class Keeper {
  private unsubscribe: (() => void) | undefined;
  private running: Promise<void> | undefined;
  private wanted = false;

  constructor(
    private readonly store: EditorStore,
    private readonly drafts: KeptDrafts | undefined,
    private readonly tabs: { readonly tab: string },
  ) {}

  start(): void {
    this.unsubscribe ??= this.store.subscribe((state, before) => {
      if (state.flow !== before.flow || state.saved !== before.saved) this.write();
    });
    // What was brought back when the draft was opened is kept on.
    const { flow, saved } = this.store.getState();
    if (flow !== saved) this.write();
  }

  /** Stops watching; resolves when what was under way is written. */
  async stop(): Promise<void> {
    this.unsubscribe?.();
    this.unsubscribe = undefined;
    await this.running;
  }

  private write(): void {
    const { flow, saved } = this.store.getState();
    if (flow !== saved) this.store.setState({ kept: 'no' });
    this.wanted = true;
    this.running ??= this.writeAll().finally(() => {
      this.running = undefined;
    });
  }

  private async writeAll(): Promise<void> {
    while (this.wanted) {
      this.wanted = false;
      const { flowId, flow, saved, etag } = this.store.getState();
      try {
        if (!this.drafts) throw new Error('This browser keeps nothing.');
        if (flow === saved) await this.drafts.forget(flowId, this.tabs.tab);
        else await this.drafts.keep({ flowId, tab: this.tabs.tab, etag, base: saved, flow });
        if (this.store.getState().flow === flow) this.store.setState({ kept: 'yes' });
      } catch {
        this.store.setState({ kept: 'no' });
      }
    }
  }
}
