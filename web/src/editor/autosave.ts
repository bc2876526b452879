import { t } from '@lingui/core/macro';
import { ApiError } from '@/api/problem';
import { type Flow, mergeFlows, readFlow } from '@/flow-model';
import { type DraftClient, DraftConflict, type DraftState } from './draftClient';
import type { EditorStore } from './store';

/** How long the draft rests before it is saved. */
export const restMs = 600;
/** The first wait before a failed save is tried again; it doubles up to the longest. */
export const firstRetryMs = 2_000;
export const longestRetryMs = 30_000;

/** Refusals that pass without a change of the draft: signed out for a while, too much at once. */
const passing = new Set([401, 408, 429]);

/**
 * Saves the draft a moment after the last change, one save at a time. What goes
 * wrong is in the store's `save` for people to see; changes are never dropped:
 * the next save always carries the whole draft.
 */
export class Autosaver {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private running: Promise<void> | undefined;
  private failures = 0;
  private unsubscribe: (() => void) | undefined;

  constructor(
    private readonly store: EditorStore,
    private readonly client: DraftClient,
    /** Hears of each draft that was saved. */
    private readonly onSaved: (etag: string) => void = () => undefined,
  ) {}

  /** Begins to watch the store. May be called again after stop. */
  start(): void {
    this.unsubscribe ??= this.store.subscribe((state, before) => {
      if (state.flow !== before.flow && state.flow !== state.saved) this.changed();
    });
    // What was brought back when the draft was opened is saved, too.
    const { flow, saved, save } = this.store.getState();
    if (flow !== saved && save.kind === 'saved') this.changed();
  }

  /** Stops watching; a save that runs goes on to its end. */
  stop(): void {
    this.unsubscribe?.();
    this.unsubscribe = undefined;
    clearTimeout(this.timer);
  }

  /**
   * Saves now what is not saved yet. Resolves to whether the server then has
   * what is on screen.
   */
  async flush(): Promise<boolean> {
    clearTimeout(this.timer);
    await this.running;
    const { flow, saved, save } = this.store.getState();
    if (flow === saved) return true;
    if (save.kind === 'conflict') return false;
    await this.run();
    const after = this.store.getState();
    return after.flow === after.saved || this.flushRest();
  }

  /** Saves over the server's draft as it was when the conflict was seen. */
  overwrite(): Promise<boolean> {
    const { save } = this.store.getState();
    if (save.kind === 'conflict') this.store.setState({ etag: save.etag, save: { kind: 'changed' } });
    return this.flush();
  }

  /**
   * Looks for changes that were saved elsewhere, when nothing is unsaved here:
   * what is unsaved meets them at its next save.
   */
  async catchUp(
    etag: string,
    load: () => Promise<{ draft: unknown; etag: string; state: DraftState }>,
  ): Promise<void> {
    const isQuiet = () => {
      const { flow, saved, save } = this.store.getState();
      return flow === saved && save.kind === 'saved';
    };
    if (!isQuiet() || this.store.getState().etag === etag) return;
    const loaded = await load();
    const read = readFlow(loaded.draft);
    if (!isQuiet() || 'problem' in read || loaded.etag === this.store.getState().etag) return;
    this.store
      .getState()
      .mergeIn(
        read.flow,
        read.flow,
        { ...loaded.state, etag: loaded.etag },
        t`Take in changes from elsewhere`,
      );
  }

  /** Takes up what changed while a save was under way, unless that save failed. */
  private flushRest(): Promise<boolean> | boolean {
    return this.store.getState().save.kind === 'changed' ? this.flush() : false;
  }

  private changed(): void {
    const { save } = this.store.getState();
    // A conflict waits for a choice; a running save looks for changes when it ends.
    if (save.kind === 'conflict') return;
    if (save.kind !== 'saving') this.store.getState().setSave({ kind: 'changed' });
    this.failures = 0;
    this.schedule(restMs);
  }

  private schedule(ms: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.run(), ms);
  }

  private run(): Promise<void> {
    this.running ??= this.saveOnce().finally(() => {
      this.running = undefined;
    });
    return this.running;
  }

  private async saveOnce(): Promise<void> {
    const { flow, etag } = this.store.getState();
    this.store.getState().setSave({ kind: 'saving' });
    try {
      const answer = await this.client.save(flow, etag);
      this.failures = 0;
      this.store.getState().wasSaved(flow, answer);
      this.onSaved(answer.etag);
      if (this.store.getState().flow !== flow) this.schedule(restMs);
    } catch (error) {
      this.failed(error, flow);
    }
  }

  /** Joins the draft on screen with the one that was saved elsewhere, when they changed different things. */
  private merge(conflict: DraftConflict): boolean {
    const read = readFlow(conflict.draft);
    if ('problem' in read) return false;
    const { flow, saved, mergeIn } = this.store.getState();
    const merged = mergeFlows(saved, flow, read.flow);
    if (merged.clashes.length > 0) return false;
    mergeIn(read.flow, merged.flow, { etag: conflict.etag }, t`Take in changes from elsewhere`);
    const after = this.store.getState();
    if (after.flow !== after.saved) this.schedule(restMs);
    return true;
  }

  private failed(error: unknown, flow: Flow): void {
    const { setSave } = this.store.getState();
    if (error instanceof DraftConflict) {
      if (this.merge(error)) return;
      setSave({ kind: 'conflict', etag: error.etag, draft: error.draft });
      return;
    }
    if (error instanceof ApiError && error.status < 500 && !passing.has(error.status)) {
      setSave({ kind: 'refused', error });
      // It may be fixed by what changed meanwhile.
      if (this.store.getState().flow !== flow) this.schedule(restMs);
      return;
    }
    setSave({ kind: 'retrying', error });
    this.schedule(Math.min(firstRetryMs * 2 ** this.failures++, longestRetryMs));
  }
}
