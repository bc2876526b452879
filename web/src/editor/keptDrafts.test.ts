// @vitest-environment jsdom
import { beforeEach, describe, expect, it } from 'vitest';
import { applyAll, type Flow, type Operation } from '@/flow-model';
import { sampleFlow, types } from '@/flow-model/testing';
import { Keeper } from './keeper';
import { type KeptDraft, KeptDrafts, mostCopies } from './keptDrafts';
import { TextStore } from './localStore';
import { type LocalSide, openDraft } from './openDraft';
import { reconcile } from './reconcile';
import { createEditorStore } from './store';
import { Tabs } from './tabs';

beforeEach(() => {
  localStorage.clear();
  sessionStorage.clear();
});

const changed = (...operations: Operation[]): Flow => applyAll(sampleFlow(), operations);
const named = (name: string): Flow => ({ ...sampleFlow(), name });
const renamed = (id: string, name: string): Operation => ({ type: 'rename_node', id, name });
const state = { etag: '"1"', updated_at: '', draft_changed: true, diagnostics: [], bound: null };

/** Drafts of one person at a time that goes on with each look. */
function draftsOf(owner: string): KeptDrafts {
  let now = 1_000;
  return new KeptDrafts(new TextStore(localStorage), owner, () => ++now);
}

const kept = (change: Partial<KeptDraft>): KeptDraft => ({
  flowId: 'f',
  owner: 'me',
  tab: 'a',
  at: 1,
  etag: '"1"',
  base: sampleFlow(),
  flow: named('Mine'),
  ...change,
});

describe('KeptDrafts', () => {
  it('keeps one draft per tab, the newest first, for its owner and flow only', async () => {
    const mine = draftsOf('me');
    await mine.keep(kept({ tab: 'a', flow: named('A') }));
    await mine.keep(kept({ tab: 'b', flow: named('B') }));
    await mine.keep(kept({ tab: 'a', flow: named('A2') }));
    await mine.keep(kept({ flowId: 'g', flow: named('G') }));
    expect((await mine.draftsOf('f')).map(({ flow }) => flow.name)).toEqual(['A2', 'B']);
    expect(await draftsOf('somebody else').draftsOf('f')).toEqual([]);
    await mine.forget('f', 'a');
    expect((await mine.draftsOf('f')).map(({ tab }) => tab)).toEqual(['b']);
  });

  it('keeps a bounded number of copies', async () => {
    const mine = draftsOf('me');
    for (let n = 0; n < mostCopies + 3; n++) await mine.addCopy('f', named(`Copy ${n}`), 'mine');
    const copies = await mine.copiesOf('f');
    expect(copies.length).toBe(mostCopies);
    expect(copies[0]?.flow.name).toBe(`Copy ${mostCopies + 2}`);
    await mine.removeCopy('f', copies[0]?.id ?? '');
    expect((await mine.copiesOf('f')).length).toBe(mostCopies - 1);
  });

  it('passes over what is no draft', async () => {
    localStorage.setItem('sluice.drafts.me/f/x', '{"flow": 7}');
    localStorage.setItem('sluice.copies.me/f/x', '{"id": "x", "at": 1, "flow": {"nodes": 3}}');
    expect(await draftsOf('me').draftsOf('f')).toEqual([]);
    expect(await draftsOf('me').copiesOf('f')).toEqual([]);
  });
});

describe('reconcile', () => {
  const server = { flow: sampleFlow(), etag: '"1"' };
  it.each<[string, KeptDraft, { flow: Flow; etag: string }, object]>([
    [
      'the same draft is there still',
      kept({}),
      server,
      { kind: 'bring_back', flow: { name: 'Mine' }, merged: false },
    ],
    ['only its number changed', kept({}), { ...server, etag: '"9"' }, { kind: 'bring_back', merged: false }],
    [
      'the server has it, and only the answer was lost',
      kept({}),
      { flow: named('Mine'), etag: '"2"' },
      { kind: 'nothing' },
    ],
    ['nothing was changed', kept({ flow: sampleFlow() }), server, { kind: 'nothing' }],
    [
      'somebody changed something else',
      kept({ flow: changed(renamed('sms', 'Mine')) }),
      { flow: changed(renamed('viber', 'Theirs')), etag: '"2"' },
      { kind: 'bring_back', flow: changed(renamed('viber', 'Theirs'), renamed('sms', 'Mine')), merged: true },
    ],
    ['somebody changed the same', kept({}), { flow: named('Theirs'), etag: '"2"' }, { kind: 'conflict' }],
    [
      'it was saved, and then changed by somebody',
      kept({ flow: changed(renamed('sms', 'Mine')) }),
      { flow: changed(renamed('sms', 'Mine'), renamed('viber', 'Theirs')), etag: '"3"' },
      { kind: 'nothing' },
    ],
  ])('when %s', (_, draft, present, outcome) => {
    expect(reconcile(draft, present)).toMatchObject(outcome);
  });
});

describe('Keeper', () => {
  it('keeps what is unsaved and forgets what the server has', async () => {
    const drafts = draftsOf('me');
    const store = createEditorStore({ flowId: 'f', types, flow: sampleFlow(), etag: '"1"', state });
    const keeper = new Keeper(store, drafts, { tab: 'a' });
    keeper.start();
    store.getState().become(named('A'), 'Rename');
    store.getState().become(named('B'), 'Rename');
    expect(store.getState().kept).toBe('no');
    await keeper.stop();
    expect(store.getState().kept).toBe('yes');
    expect(await drafts.draftsOf('f')).toMatchObject([
      { etag: '"1"', flow: { name: 'B' }, base: { name: 'Sample' } },
    ]);
    keeper.start();
    store.getState().wasSaved(store.getState().flow, { ...state, etag: '"2"' });
    await keeper.stop();
    expect(await drafts.draftsOf('f')).toEqual([]);
  });

  it('says so when the browser keeps nothing', async () => {
    const store = createEditorStore({ flowId: 'f', types, flow: sampleFlow(), etag: '"1"', state });
    const keeper = new Keeper(store, undefined, { tab: 'a' });
    keeper.start();
    store.getState().become(named('A'), 'Rename');
    await keeper.stop();
    expect(store.getState().kept).toBe('no');
  });
});

describe('openDraft', () => {
  const opened = (left: KeptDraft[], flow = sampleFlow(), etag = '"1"') => {
    const drafts = draftsOf('me');
    const local: LocalSide = { tabs: new Tabs('f'), drafts, left };
    const result = openDraft({
      flowId: 'f',
      types,
      loaded: { draft: flow, etag, state },
      local,
      selected: undefined,
    });
    if (!('store' in result)) throw new Error(result.problem);
    return { store: result.store, drafts, tabs: local.tabs };
  };

  it('brings unsaved changes back as a step that can be undone', () => {
    const { store } = opened([kept({})]);
    expect(store.getState()).toMatchObject({
      flow: { name: 'Mine' },
      notice: { kind: 'recovered', merged: false },
    });
    store.getState().undo();
    expect(store.getState().flow.name).toBe('Sample');
  });

  it('asks when somebody changed the same meanwhile', () => {
    const { store } = opened([kept({})], named('Theirs'), '"2"');
    expect(store.getState()).toMatchObject({
      flow: { name: 'Mine' },
      saved: { name: 'Sample' },
      save: { kind: 'conflict', etag: '"2"', draft: { name: 'Theirs' } },
    });
  });

  it('keeps what other tabs left as copies, but the newest, which is brought back', async () => {
    const { store, drafts } = opened([
      kept({ tab: 'x', at: 3, flow: named('Newest') }),
      kept({ tab: 'y', at: 2, flow: named('Older') }),
    ]);
    expect(store.getState().flow.name).toBe('Newest');
    await expect
      .poll(async () => (await drafts.copiesOf('f')).map(({ flow }) => flow.name))
      .toContain('Older');
  });

  it('opens the server’s draft when there is nothing to bring back', () => {
    const { store } = opened([kept({ flow: sampleFlow() })]);
    expect(store.getState()).toMatchObject({
      flow: { name: 'Sample' },
      notice: undefined,
      save: { kind: 'saved' },
    });
  });
});
