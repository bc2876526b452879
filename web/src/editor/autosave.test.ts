import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiError, OfflineError } from '@/api/problem';
import type { Flow } from '@/flow-model';
import { sampleFlow, types } from '@/flow-model/testing';
import { Autosaver, firstRetryMs, restMs } from './autosave';
import { DraftConflict, type DraftState } from './draftClient';
import { createEditorStore, type EditorStore } from './store';

type Answer = Error | 'ok' | Promise<void>;

/** A server that gives these answers in turn, then takes everything. */
class Server {
  readonly saves: { name: string; etag: string }[] = [];
  version = 1;

  constructor(private readonly answers: Answer[] = []) {}

  async save(flow: Flow, etag: string): Promise<DraftState> {
    this.saves.push({ name: flow.name, etag });
    const answer = this.answers.shift() ?? 'ok';
    if (answer instanceof Promise) await answer;
    if (answer instanceof Error) throw answer;
    return state(`"${++this.version}"`);
  }
}

function state(etag: string): DraftState {
  return { etag, updated_at: '2026-01-01T00:00:00Z', draft_changed: true, diagnostics: [], bound: null };
}

function open(answers?: Answer[]): { store: EditorStore; server: Server; saver: Autosaver } {
  const store = createEditorStore({
    flowId: 'f',
    types,
    flow: sampleFlow(),
    etag: '"1"',
    state: state('"1"'),
  });
  const server = new Server(answers);
  const saver = new Autosaver(store, server);
  saver.start();
  return { store, server, saver };
}

const rename = (store: EditorStore, name: string) =>
  store.getState().perform({ type: 'set_flow', field: 'name', value: name }, 'Rename');
/** What somebody else saved: under another name. */
const theirs: Flow = { ...sampleFlow(), name: 'Theirs' };
const saveKind = (store: EditorStore) => store.getState().save.kind;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('Autosaver', () => {
  it('saves once, a moment after the last change, on top of what it knows', async () => {
    const { store, server } = open();
    rename(store, 'A');
    await vi.advanceTimersByTimeAsync(restMs - 1);
    rename(store, 'B');
    expect(saveKind(store)).toBe('changed');
    await vi.advanceTimersByTimeAsync(restMs - 1);
    expect(server.saves).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(server.saves).toEqual([{ name: 'B', etag: '"1"' }]);
    expect(saveKind(store)).toBe('saved');
    rename(store, 'C');
    await vi.advanceTimersByTimeAsync(restMs);
    expect(server.saves.at(-1)).toEqual({ name: 'C', etag: '"2"' });
  });

  it('saves what changed while a save was under way, after it', async () => {
    let finish!: () => void;
    const slow = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const { store, server } = open([slow]);
    rename(store, 'A');
    await vi.advanceTimersByTimeAsync(restMs);
    expect(saveKind(store)).toBe('saving');
    rename(store, 'B');
    await vi.advanceTimersByTimeAsync(restMs * 3);
    expect(server.saves.length).toBe(1);
    finish();
    await vi.advanceTimersByTimeAsync(restMs);
    expect(server.saves).toEqual([
      { name: 'A', etag: '"1"' },
      { name: 'B', etag: '"2"' },
    ]);
    expect(saveKind(store)).toBe('saved');
  });

  it('saves at once when asked', async () => {
    const { store, server, saver } = open();
    rename(store, 'A');
    await expect(saver.flush()).resolves.toBe(true);
    expect(server.saves.length).toBe(1);
    await expect(saver.flush()).resolves.toBe(true);
    expect(server.saves.length).toBe(1);
  });

  it.each([
    ['the server is away', new OfflineError(new TypeError())],
    ['the database is away', new ApiError(503, {})],
    ['there is too much to do', new ApiError(429, {})],
    ['nobody is signed in', new ApiError(401, {})],
  ])('tries again with longer waits while %s, and loses nothing', async (_, error) => {
    const { store, server } = open([error, error, error]);
    rename(store, 'A');
    await vi.advanceTimersByTimeAsync(restMs);
    expect(saveKind(store)).toBe('retrying');
    await vi.advanceTimersByTimeAsync(firstRetryMs);
    await vi.advanceTimersByTimeAsync(firstRetryMs * 2 - 1);
    expect(server.saves.length).toBe(2);
    await vi.advanceTimersByTimeAsync(1);
    expect(server.saves.length).toBe(3);
    await vi.advanceTimersByTimeAsync(firstRetryMs * 4);
    expect(server.saves.at(-1)).toEqual({ name: 'A', etag: '"1"' });
    expect(saveKind(store)).toBe('saved');
  });

  it('waits for a change when the server refuses the draft', async () => {
    const { store, server } = open([new ApiError(422, { title: 'Too large' })]);
    rename(store, 'A');
    await vi.advanceTimersByTimeAsync(restMs + 60_000);
    expect(server.saves.length).toBe(1);
    expect(saveKind(store)).toBe('refused');
    rename(store, 'B');
    await vi.advanceTimersByTimeAsync(restMs);
    expect(saveKind(store)).toBe('saved');
  });

  it('never saves over another draft by itself', async () => {
    const { store, server, saver } = open([new DraftConflict('"7"', theirs)]);
    rename(store, 'A');
    await vi.advanceTimersByTimeAsync(restMs);
    expect(store.getState().save).toMatchObject({ kind: 'conflict', etag: '"7"' });
    rename(store, 'B');
    await vi.advanceTimersByTimeAsync(60_000);
    await expect(saver.flush()).resolves.toBe(false);
    expect(server.saves.length).toBe(1);
  });

  it('saves over the draft that the person saw, when they say so', async () => {
    const { store, server, saver } = open([
      new DraftConflict('"7"', theirs),
      new DraftConflict('"8"', theirs),
    ]);
    rename(store, 'A');
    await vi.advanceTimersByTimeAsync(restMs);
    await expect(saver.overwrite()).resolves.toBe(false);
    // It changed once more: that is a new question.
    expect(store.getState().save).toMatchObject({ kind: 'conflict', etag: '"8"' });
    await expect(saver.overwrite()).resolves.toBe(true);
    expect(server.saves.map((save) => save.etag)).toEqual(['"1"', '"7"', '"8"']);
  });

  it('joins what was saved elsewhere with what is on screen when they changed different things', async () => {
    const { store, server } = open([new DraftConflict('"7"', theirs)]);
    store.getState().perform({ type: 'rename_node', id: 'sms', name: 'Mine' }, 'Rename');
    await vi.advanceTimersByTimeAsync(restMs * 3);
    expect(server.saves).toEqual([
      { name: 'Sample', etag: '"1"' },
      { name: 'Theirs', etag: '"7"' },
    ]);
    const { flow, notice } = store.getState();
    expect(flow.name).toBe('Theirs');
    expect(flow.nodes.find((node) => node.id === 'sms')?.name).toBe('Mine');
    expect(notice?.kind).toBe('merged');
    expect(saveKind(store)).toBe('saved');
    store.getState().undo();
    expect(store.getState().flow.name).toBe('Sample');
  });

  it('takes in what another tab saved while nothing is unsaved here, without saving it again', async () => {
    const { store, server, saver } = open();
    const load = async () => ({ draft: theirs, etag: '"5"', state: state('"5"') });
    await saver.catchUp('"5"', load);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(store.getState()).toMatchObject({
      flow: { name: 'Theirs' },
      etag: '"5"',
      save: { kind: 'saved' },
    });
    expect(server.saves).toEqual([]);
    rename(store, 'A');
    await saver.catchUp('"6"', () => Promise.reject(new Error('not asked while something is unsaved')));
    expect(store.getState().flow.name).toBe('A');
  });

  it('tells of each draft that it saved', async () => {
    const heard: string[] = [];
    const { store, server } = open();
    const saver = new Autosaver(store, server, (etag) => heard.push(etag));
    rename(store, 'A');
    await saver.flush();
    expect(heard).toEqual(['"2"']);
  });

  it('saves what was brought back when the draft was opened', async () => {
    const { store, server, saver } = open();
    saver.stop();
    store.getState().become({ ...sampleFlow(), name: 'Brought back' }, 'Bring back');
    saver.start();
    await vi.advanceTimersByTimeAsync(restMs);
    expect(server.saves).toEqual([{ name: 'Brought back', etag: '"1"' }]);
  });

  it('stops when told to', async () => {
    const { store, server, saver } = open();
    rename(store, 'A');
    saver.stop();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(server.saves).toEqual([]);
    saver.start();
    rename(store, 'B');
    await vi.advanceTimersByTimeAsync(restMs);
    expect(server.saves.length).toBe(1);
  });
});
