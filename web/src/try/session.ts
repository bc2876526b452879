import type { Schemas } from '@/api/client';
import type { Json, JsonObject } from '@/flow-model';

export type Act = Schemas['TryAct'];
export type TryState = Schemas['TryState'];

interface Moment {
  acts: readonly Act[];
  untilMs: number;
}

/**
 * A try so far. The server plays it anew for every question, so it is all there
 * is to know: taking a step back is asking with one act less. Times are virtual
 * milliseconds since the run's start.
 */
export interface Session extends Moment {
  inputs: Record<string, unknown>;
  /** The world of the scenario that is played again; empty for a try of one's own. */
  world: readonly Json[];
  /** Nothing happens by itself: the person decides what becomes of messages. */
  byHand: boolean;
  /** Where the try stood before each thing that was done, the oldest first. */
  past: readonly Moment[];
}

export function beginSession(
  inputs: Record<string, unknown>,
  { byHand, world = [] }: { byHand: boolean; world?: readonly Json[] },
): Session {
  return { inputs, world, byHand, acts: [], untilMs: 0, past: [] };
}

/** The session in which that much time has passed. Time does not go back. */
export function passedTo(session: Session, ms: number): Session {
  return ms > session.untilMs ? { ...session, untilMs: Math.floor(ms) } : session;
}

/** The session with a mark to step back to. */
export function marked(session: Session): Session {
  const { acts, untilMs } = session;
  return { ...session, past: [...session.past, { acts, untilMs }] };
}

/**
 * The session with one act more, done now. A visit that a deadline ended at this
 * very moment is over: what is done about it comes a millisecond later, because
 * a receipt of that moment would still count.
 */
export function withAct(session: Session, state: TryState, act: Omit<Act, 'at_ms'>): Session {
  const left = state.steps.find((step) => step.visit === act.visit)?.left_at;
  const over = left != null && Date.parse(left) - Date.parse(state.started_at) >= session.untilMs;
  const at = session.untilMs + (over ? 1 : 0);
  return { ...marked(session), acts: [...session.acts, { ...act, at_ms: at }], untilMs: at };
}

/** The session at the next moment at which something happens by itself, or undefined when nothing will. */
export function skipped(session: Session, state: TryState): Session | undefined {
  return state.next_ms === null ? undefined : passedTo(marked(session), state.next_ms);
}

/** The session in which the present wait missed its deadline, or undefined when it has none. */
export function timedOut(session: Session, state: TryState): Session | undefined {
  const due = state.wait?.due_ms;
  if (due == null) return undefined;
  const awaited = state.next_ms !== null && state.next_ms < due;
  const waits = awaited ? withAct(session, state, { visit: state.visit, kind: 'timeout' }) : marked(session);
  return passedTo(waits, due);
}

/** The session before the last thing that was done; the same when there is none. */
export function steppedBack(session: Session): Session {
  const before = session.past.at(-1);
  return before ? { ...session, ...before, past: session.past.slice(0, -1) } : session;
}

/** The session from its start, with what the person decided forgotten. */
export function restarted(session: Session): Session {
  return { ...session, acts: [], untilMs: 0, past: [] };
}

/** The session without the acts at these indexes. */
export function withoutActs(session: Session, indexes: readonly number[]): Session {
  return { ...session, acts: session.acts.filter((_, index) => !indexes.includes(index)) };
}

/** Results that were given to nodes, by node id: entries of a scenario's world without the node. */
export type Pins = Readonly<Record<string, JsonObject>>;

/** The world of a try: the scenario's, with the pinned results in place of its own. */
export function worldOf(session: Pick<Session, 'world'>, pins: Pins): Json[] {
  const rest = session.world.filter((entry) => !(nodeOfEntry(entry) in pins));
  return [...rest, ...Object.entries(pins).map(([node, answer]): Json => ({ node, ...answer }))];
}

function nodeOfEntry(entry: Json): string {
  const node = typeof entry === 'object' && entry !== null && !Array.isArray(entry) ? entry.node : undefined;
  return typeof node === 'string' ? node : '';
}

/** Which visit a reply on that channel's phone answers: that of the last message on it. */
export function repliedVisit(state: TryState, channelType: string): number | undefined {
  return state.phone.findLast(
    (message) => message.direction === 'outbound' && message.channel_type === channelType,
  )?.visit;
}
