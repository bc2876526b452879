import { createStore, type StoreApi } from 'zustand/vanilla';
import { api, type Schemas, unwrap } from '@/api/client';
import type { Flow, Json, JsonObject } from '@/flow-model';
import { type LastTry, type Memory, recall, remember } from './memory';
import {
  type Act,
  beginSession,
  marked,
  type Pins,
  passedTo,
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

export type TestReport = Schemas['TestReport'];
export type TryRequest = Schemas['TryRequest'];

/** The server, as a try needs it. */
export interface TryClient {
  play(request: TryRequest): Promise<TryState>;
  record(request: TryRequest): Promise<Schemas['RecordedScenario']>;
  test(definition: Flow): Promise<TestReport>;
}

export const tryClient: TryClient = {
  play: (body) => unwrap(api.POST('/try', { body })),
  record: (body) => unwrap(api.POST('/try/scenario', { body })),
  test: (definition) =>
    unwrap(
      api.POST('/flows/test', { body: { definition: definition as unknown as Schemas['FlowDefinition'] } }),
    ),
};

export type TryPlace = 'try' | 'scenarios';
export const speeds = [1, 5, 20] as const;
export type Speed = (typeof speeds)[number];

export interface TrialState {
  /** Which panel is open; undefined: none. */
  place: TryPlace | undefined;
  session: Session | undefined;
  /** How the session stands; of an older question while `busy`. */
  state: TryState | undefined;
  busy: boolean;
  error: unknown;
  playing: boolean;
  speed: Speed;
  /** The virtual time on the clock, in milliseconds. */
  clockMs: number;
  pins: Pins;
  byHand: boolean;
  /** Inputs of the last try, without secrets. */
  inputs: Record<string, unknown>;
  /** The try that was left, to go on with. */
  last: LastTry | undefined;

  report: TestReport | undefined;
  /** The draft that the report is about, by identity. */
  reportOf: Flow | undefined;
  testing: boolean;
  testError: unknown;
  /** The scenario whose way is lit, by its index. */
  shown: number | undefined;
  /** Whether exits that no scenario takes are marked. */
  untested: boolean;

  open(place: TryPlace): void;
  close(): void;
  /** Begins a try, or goes on with the last one; `keep` is what of the inputs may be remembered. */
  start(inputs: Record<string, unknown>, keep: Record<string, unknown>, from?: LastTry): void;
  /** Plays a scenario's world again, step by step. */
  replay(scenario: { inputs: Record<string, unknown>; world: readonly Json[] }): void;
  /** Back to the inputs. */
  leave(): void;
  act(act: Omit<Act, 'at_ms'>): void;
  skip(): void;
  timeOut(): void;
  back(): void;
  restart(): void;
  forgetStray(): void;
  play(): void;
  pause(): void;
  setSpeed(speed: Speed): void;
  setByHand(byHand: boolean): void;
  /** Gives a node a result that stays, or takes it away. */
  pin(node: string, answer: JsonObject | undefined): void;
  /** Lets real milliseconds pass while it plays. */
  tick(elapsedMs: number): void;
  /** Asks again: the draft has changed. */
  refresh(): void;
  /** What a scenario of the session would be, with other inputs where given. */
  record(inputs: Record<string, unknown>): Promise<Schemas['RecordedScenario']>;
  test(): Promise<TestReport | undefined>;
  show(index: number | undefined): void;
  setUntested(untested: boolean): void;
}

export type Trial = StoreApi<TrialState>;

interface TrialOptions {
  flowId: string;
  /** The draft as it is on the screen. */
  flow(): Flow;
  client?: TryClient;
  place?: TryPlace | undefined;
  memory?: { recall(flowId: string): Memory; remember(flowId: string, memory: Memory): void };
}

/** Tries of one open draft. Everything it knows of the world comes from the client. */
export function createTrial({
  flowId,
  flow,
  client = tryClient,
  place,
  memory = { recall, remember },
}: TrialOptions): Trial {
  let asked = 0;
  let tested = 0;
  const { inputs, pins, byHand, last } = memory.recall(flowId);
  return createStore<TrialState>((set, get) => {
    const request = (session: Session): TryRequest => ({
      // Scenarios do not matter to a try, and can be most of a definition.
      definition: { ...flow(), scenarios: [] } as unknown as TryRequest['definition'],
      inputs: session.inputs,
      world: worldOf(session, get().pins) as TryRequest['world'] & Json[],
      acts: [...session.acts],
      by_hand: session.byHand,
      until_ms: session.untilMs,
    });
    /** Shows how that session stands, unless a later question overtakes the answer. */
    const go = (session: Session | undefined, change: Partial<TrialState> = {}) => {
      if (!session) return;
      const turn = ++asked;
      const { acts, untilMs, byHand: hand, world } = session;
      const begun = untilMs > 0 || acts.length > 0;
      set({
        ...change,
        session,
        clockMs: untilMs,
        busy: true,
        last: begun ? { acts, untilMs, byHand: hand, world } : get().last,
      });
      if (begun) keep();
      client.play(request(session)).then(
        (state) => turn === asked && set({ state, busy: false, error: undefined }),
        (error: unknown) => turn === asked && set({ error, busy: false, playing: false }),
      );
    };
    const keep = () => {
      const { inputs: kept, pins: pinned, byHand: hand } = get();
      memory.remember(flowId, { inputs: kept, pins: pinned, byHand: hand, last: get().last });
    };
    /** The session at the time on the clock: while it plays, nothing is asked until something is due. */
    const now = () => {
      const { session, clockMs } = get();
      return session && passedTo(session, clockMs);
    };
    const withState = (next: (session: Session, state: TryState) => Session | undefined) => {
      const session = now();
      const { state, busy } = get();
      if (session && state && !busy) go(next(session, state));
    };
    const begin = (session: Session) =>
      go(session, { state: undefined, playing: false, error: undefined, place: 'try' });
    return {
      place,
      session: undefined,
      state: undefined,
      busy: false,
      error: undefined,
      playing: false,
      speed: 1,
      clockMs: 0,
      pins,
      byHand,
      inputs,
      last,
      report: undefined,
      reportOf: undefined,
      testing: false,
      testError: undefined,
      shown: undefined,
      untested: false,

      open: (next) => set({ place: next }),
      close: () => set({ place: undefined, playing: false }),
      start: (values, kept, from) => {
        set({ inputs: kept });
        keep();
        begin({ ...beginSession(values, { byHand: get().byHand }), ...from });
      },
      replay: ({ inputs: values, world }) => begin(beginSession(values, { byHand: false, world })),
      leave: () => {
        asked++;
        set({
          session: undefined,
          state: undefined,
          playing: false,
          busy: false,
          error: undefined,
          clockMs: 0,
        });
      },
      act: (act) => withState((session, state) => withAct(session, state, act)),
      skip: () => withState(skipped),
      timeOut: () => withState(timedOut),
      back: () => {
        const session = now();
        if (session) go(steppedBack(session), { playing: false });
      },
      restart: () => {
        const session = now();
        if (session) go(restarted(session), { playing: false });
      },
      forgetStray: () => withState((session, state) => withoutActs(session, state.stray)),
      play: () => {
        const session = now();
        if (session && get().state?.next_ms != null) set({ session: marked(session), playing: true });
      },
      pause: () => {
        const session = now();
        set({ playing: false, ...(session ? { session } : {}) });
      },
      setSpeed: (speed) => set({ speed }),
      setByHand: (hand) => {
        set({ byHand: hand });
        keep();
        const session = now();
        if (session) go({ ...session, byHand: hand });
      },
      pin: (node, answer) => {
        const { [node]: _, ...rest } = get().pins;
        set({ pins: answer ? { ...rest, [node]: answer } : rest });
        keep();
        const session = now();
        if (session) go(session);
      },
      tick: (elapsedMs) => {
        const { playing, speed, clockMs, state, session, busy } = get();
        if (!playing || !state || !session || busy) return;
        if (state.next_ms === null) {
          get().pause();
          return;
        }
        const next = clockMs + elapsedMs * speed;
        if (next < state.next_ms) set({ clockMs: next });
        else go(passedTo(session, state.next_ms));
      },
      refresh: () => {
        const session = now();
        if (session && get().place === 'try') go(session);
        if (get().place === 'scenarios') void get().test();
      },
      record: (values) => {
        const session = now();
        if (!session) return Promise.reject(new Error('There is no try to record.'));
        return client.record(request({ ...session, inputs: values }));
      },
      test: async () => {
        const turn = ++tested;
        const tries = flow();
        set({ testing: true });
        try {
          const report = await client.test(tries);
          if (turn === tested) set({ report, reportOf: tries, testing: false, testError: undefined });
          return report;
        } catch (testError) {
          if (turn === tested) set({ testError, testing: false, report: undefined });
          return undefined;
        }
      },
      show: (shown) => set({ shown }),
      setUntested: (untested) => set({ untested }),
    };
  });
}
