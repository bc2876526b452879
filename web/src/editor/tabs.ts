const channelName = 'sluice-drafts';
const tabKey = 'sluice.tab';
/** How long tabs that have the same flow open are waited for, in milliseconds. */
export const answerWithinMs = 250;

type Word =
  | { kind: 'who'; flowId: string; from: string }
  | { kind: 'here'; flowId: string; tab: string; to: string }
  | { kind: 'saved'; flowId: string; from: string; etag: string };

/**
 * The tabs of one browser that have a flow open, and what they tell each other.
 * `tab` is this one's name, which stays through reloads and crashes; a tab that
 * was duplicated finds that its name is taken, and gets another one.
 */
export class Tabs {
  tab: string;
  private readonly me = crypto.getRandomValues(new Uint32Array(2)).join('-');
  private readonly channel =
    typeof BroadcastChannel === 'undefined' ? undefined : new BroadcastChannel(channelName);
  private readonly heard = new Set<string>();
  private readonly listeners = new Set<(etag: string) => void>();

  constructor(private readonly flowId: string) {
    this.tab = sessionStorage.getItem(tabKey) ?? this.me;
    sessionStorage.setItem(tabKey, this.tab);
    this.channel?.addEventListener('message', ({ data }: MessageEvent<Word>) => this.hear(data));
    this.say({ kind: 'who', flowId, from: this.me });
  }

  /** The names of the other tabs that have the flow open now. */
  async others(): Promise<ReadonlySet<string>> {
    if (!this.channel) return new Set();
    this.say({ kind: 'who', flowId: this.flowId, from: this.me });
    await new Promise((resolve) => setTimeout(resolve, answerWithinMs));
    return this.heard;
  }

  /** Tells the others that this tab saved a draft. */
  saved(etag: string): void {
    this.say({ kind: 'saved', flowId: this.flowId, from: this.me, etag });
  }

  /** Calls back when another tab saved the draft. */
  onSaved(listener: (etag: string) => void): () => void {
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  }

  close(): void {
    this.channel?.close();
  }

  private say(word: Word): void {
    this.channel?.postMessage(word);
  }

  private hear(word: Word): void {
    if (word.flowId !== this.flowId) return;
    if (word.kind === 'who') this.say({ kind: 'here', flowId: this.flowId, tab: this.tab, to: word.from });
    else if (word.kind === 'saved') for (const listener of this.listeners) listener(word.etag);
    else if (word.to === this.me) {
      this.heard.add(word.tab);
      // Only who asks is answered, so of two tabs with one name the newer one learns of it.
      if (word.tab === this.tab) {
        this.tab = this.me;
        sessionStorage.setItem(tabKey, this.tab);
      }
    }
  }
}
