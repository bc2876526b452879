import { describe, expect, it, vi } from 'vitest';
import { emptyFlow, type Flow } from '@/flow-model';
import type { Memory } from './memory';
import type { TryState } from './session';
import { createTrial, type TestReport, type TryClient, type TryRequest } from './trial';

const waiting: TryState = {
  status: 'waiting',
  outcome: '',
  error: null,
  node: 'viber',
  visit: 2,
  started_at: '2026-01-05T09:00:00Z',
  elapsed_ms: 0,
  ended_ms: null,
  next_ms: 30_000,
  wait: { since_ms: 0, due_ms: 30_000, deadlines: [] },
  variables: {},
  steps: [],
  messages: [],
  phone: [],
  stray: [],
};

/** A server whose answers the test gives, one after the other. */
function server() {
  const requests: TryRequest[] = [];
  const answers: ((state: TryState) => void)[] = [];
  const refusals: ((error: unknown) => void)[] = [];
  const client: TryClient = {
    play: (request) =>
      new Promise((resolve, reject) => {
        requests.push(request);
        answers.push(resolve);
        refusals.push(reject);
      }),
    record: vi.fn(async () => ({ scenario: {}, differs: false })),
    test: vi.fn(
      async () =>
        ({ passed: 1, failed: 0, scenarios: [], coverage: { taken: 0, total: 0, ports: [] } }) as TestReport,
    ),
  };
  const answer = async (index: number, change: Partial<TryState> = {}) => {
    answers[index]?.({ ...waiting, ...change });
    await Promise.resolve();
    await Promise.resolve();
  };
  return { client, requests, answer, refusals };
}

function open(memory: Partial<Memory> = {}) {
  const fake = server();
  const kept: Memory[] = [];
  let flow: Flow = { ...emptyFlow('Tried'), scenarios: [{ name: 'A', expect: {} }] };
  const trial = createTrial({
    flowId: 'f',
    flow: () => flow,
    client: fake.client,
    memory: {
      recall: () => ({ inputs: {}, pins: {}, byHand: true, ...memory }),
      remember: (_, now) => kept.push(now),
    },
  });
  return { ...fake, trial, kept, change: (next: Flow) => (flow = next) };
}

describe('a trial', () => {
  it('asks with the draft, without its scenarios, and what was decided', async () => {
    const { trial, requests, answer, kept } = open({ pins: { sms: { receipts: [] } } });
    trial.getState().start({ to: '+60', code: 'secret' }, { to: '+60' });
    expect(requests[0]).toMatchObject({
      definition: { name: 'Tried', scenarios: [] },
      inputs: { to: '+60', code: 'secret' },
      world: [{ node: 'sms', receipts: [] }],
      by_hand: true,
      until_ms: 0,
    });
    expect(JSON.stringify(kept)).not.toContain('secret');
    await answer(0);
    trial.getState().act({ visit: 2, kind: 'delivered' });
    expect(requests[1]?.acts).toEqual([{ visit: 2, kind: 'delivered', at_ms: 0 }]);
  });

  it('shows the answer to the last question only', async () => {
    const { trial, answer } = open();
    trial.getState().start({}, {});
    trial.getState().restart();
    await answer(1, { node: 'second' });
    await answer(0, { node: 'first' });
    expect(trial.getState().state?.node).toBe('second');
  });

  it('asks while it plays only when something is due', async () => {
    const { trial, requests, answer } = open();
    trial.getState().start({}, {});
    await answer(0);
    trial.getState().setSpeed(5);
    trial.getState().play();
    trial.getState().tick(1000);
    expect(trial.getState().clockMs).toBe(5000);
    expect(requests).toHaveLength(1);
    trial.getState().tick(6000);
    expect(requests[1]?.until_ms).toBe(30_000);
    // While the server thinks, no time passes.
    trial.getState().tick(6000);
    expect(trial.getState().clockMs).toBe(30_000);
    await answer(1, { status: 'completed', next_ms: null, wait: null });
    trial.getState().tick(100);
    expect(trial.getState().playing).toBe(false);
  });

  it('acts at the time on the clock when it is paused', async () => {
    const { trial, requests, answer } = open();
    trial.getState().start({}, {});
    await answer(0);
    trial.getState().play();
    trial.getState().tick(4321.7);
    trial.getState().pause();
    trial.getState().act({ visit: 2, kind: 'read' });
    expect(requests[1]).toMatchObject({ until_ms: 4321, acts: [{ at_ms: 4321 }] });
    trial.getState().back();
    expect(requests[2]).toMatchObject({ until_ms: 4321, acts: [] });
    trial.getState().back();
    expect(requests[3]).toMatchObject({ until_ms: 0 });
  });

  it('plays a scenario again with its world, where phones answer by themselves', () => {
    const { trial, requests } = open();
    trial.getState().replay({ inputs: { to: '+60' }, world: [{ node: 'a', receipts: [] }] });
    expect(trial.getState().place).toBe('try');
    expect(requests[0]).toMatchObject({ by_hand: false, world: [{ node: 'a', receipts: [] }] });
  });

  it('keeps pins, and takes them away', async () => {
    const { trial, requests, answer, kept } = open();
    trial.getState().start({}, {});
    await answer(0);
    trial.getState().pin('api', { leave: { port: 'ok' } });
    expect(requests[1]?.world).toEqual([{ node: 'api', leave: { port: 'ok' } }]);
    trial.getState().pin('api', undefined);
    expect(requests[2]?.world).toEqual([]);
    expect(kept.at(-1)?.pins).toEqual({});
  });

  it('goes on where the last try was left, with inputs that are given again', async () => {
    const { trial, answer, kept } = open();
    trial.getState().start({ code: 'secret' }, {});
    await answer(0);
    trial.getState().skip();
    await answer(1);
    trial.getState().act({ visit: 3, kind: 'delivered' });
    const { last } = kept.at(-1) as Memory;
    expect(JSON.stringify(kept)).not.toContain('secret');
    const again = open({ last });
    again.trial.getState().start({ code: 'other' }, {}, again.trial.getState().last);
    expect(again.requests[0]).toMatchObject({
      until_ms: 30_000,
      acts: [{ visit: 3, kind: 'delivered', at_ms: 30_000 }],
      inputs: { code: 'other' },
    });
  });

  it('says what the server refuses, and goes on when the draft is better', async () => {
    const { trial, refusals, answer } = open();
    trial.getState().open('try');
    trial.getState().start({}, {});
    refusals[0]?.(new Error('no'));
    await Promise.resolve();
    await Promise.resolve();
    expect(trial.getState().error).toBeInstanceOf(Error);
    trial.getState().refresh();
    await answer(1);
    expect(trial.getState().error).toBeUndefined();
  });

  it('runs scenarios of the draft as it is', async () => {
    const { trial, client, change } = open();
    const next = emptyFlow('Changed');
    change(next);
    const report = await trial.getState().test();
    expect(client.test).toHaveBeenCalledWith(next);
    expect(report?.passed).toBe(1);
    expect(trial.getState().reportOf).toBe(next);
  });
});
