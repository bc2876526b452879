import { describe, expect, it } from 'vitest';
import {
  beginSession,
  passedTo,
  repliedVisit,
  restarted,
  type Session,
  skipped,
  steppedBack,
  type TryState,
  timedOut,
  withAct,
  withoutActs,
  worldOf,
} from './session';

const started = '2026-01-05T09:00:00Z';
const at = (ms: number) => new Date(Date.parse(started) + ms).toISOString();

/** A try that waits in visit 2 since its start, with a deadline at 30 s. */
function state(change: Partial<TryState> = {}): TryState {
  return {
    status: 'waiting',
    outcome: '',
    error: null,
    node: 'viber',
    visit: 2,
    started_at: started,
    elapsed_ms: 0,
    ended_ms: null,
    next_ms: 30_000,
    wait: { since_ms: 0, due_ms: 30_000, deadlines: [] },
    variables: {},
    steps: [],
    messages: [],
    phone: [],
    stray: [],
    ...change,
  };
}

const begun: Session = beginSession({ to: '+60123456789' }, { byHand: true });

describe('a session', () => {
  it('stamps an act with the time on the clock', () => {
    const next = withAct(passedTo(begun, 12_000), state(), { visit: 2, kind: 'delivered' });
    expect(next.acts).toEqual([{ visit: 2, kind: 'delivered', at_ms: 12_000 }]);
    expect(next.untilMs).toBe(12_000);
  });

  it('does what concerns a visit that a deadline has just ended a millisecond later', () => {
    const left = state({ visit: 3, steps: [{ visit: 2, left_at: at(30_000) } as TryState['steps'][number]] });
    const next = withAct(passedTo(begun, 30_000), left, { visit: 2, kind: 'delivered' });
    expect(next.acts[0]?.at_ms).toBe(30_001);
    expect(next.untilMs).toBe(30_001);
    const other = withAct(passedTo(begun, 30_000), left, { visit: 3, kind: 'delivered' });
    expect(other.acts[0]?.at_ms).toBe(30_000);
  });

  it('does not go back in time', () => {
    expect(passedTo(passedTo(begun, 5000), 3000).untilMs).toBe(5000);
  });

  it('skips to what happens next, and nowhere when nothing will', () => {
    expect(skipped(begun, state({ next_ms: 1000 }))?.untilMs).toBe(1000);
    expect(skipped(begun, state({ next_ms: null }))).toBeUndefined();
  });

  it('times out at once where nothing else comes before the deadline', () => {
    const next = timedOut(begun, state());
    expect(next).toMatchObject({ acts: [], untilMs: 30_000 });
  });

  it('keeps receipts from coming when it times out', () => {
    const next = timedOut(begun, state({ next_ms: 1000 }));
    expect(next).toMatchObject({ acts: [{ visit: 2, kind: 'timeout', at_ms: 0 }], untilMs: 30_000 });
    expect(timedOut(begun, state({ wait: null }))).toBeUndefined();
  });

  it('steps back over each thing that was done, and no further than the start', () => {
    const first = withAct(passedTo(begun, 1000), state(), { visit: 2, kind: 'delivered' });
    const second = skipped(first, state()) as Session;
    expect(steppedBack(second)).toMatchObject({ acts: first.acts, untilMs: 1000 });
    const start = steppedBack(steppedBack(second));
    expect(start).toMatchObject({ acts: [], untilMs: 1000 });
    expect(steppedBack(start)).toBe(start);
  });

  it('starts over with the same inputs and nothing decided', () => {
    const later = withAct(passedTo(begun, 1000), state(), { visit: 2, kind: 'read' });
    expect(restarted(later)).toEqual(begun);
  });

  it('forgets acts that fit nowhere', () => {
    const acts = [
      { visit: 2, kind: 'read' as const, at_ms: 1 },
      { visit: 9, kind: 'read' as const, at_ms: 2 },
    ];
    expect(withoutActs({ ...begun, acts }, [1]).acts).toEqual([acts[0]]);
  });
});

describe('the world of a try', () => {
  it('has pinned results in place of the scenario’s own', () => {
    const world = [
      { node: 'a', receipts: [] },
      { node: 'b', receipts: [] },
    ];
    expect(worldOf({ world }, { b: { leave: { port: 'next' } } })).toEqual([
      { node: 'a', receipts: [] },
      { node: 'b', leave: { port: 'next' } },
    ]);
  });
});

describe('a reply', () => {
  const message = (visit: number, channel_type: string, direction = 'outbound') =>
    ({ visit, channel_type, direction }) as TryState['phone'][number];
  it('answers the last message on its own phone', () => {
    const phone = [message(2, 'viber'), message(3, 'whatsapp'), message(2, 'viber', 'inbound')];
    expect(repliedVisit(state({ phone }), 'viber')).toBe(2);
    expect(repliedVisit(state({ phone }), 'sms')).toBeUndefined();
  });
});
