import type { Flow } from './flow';
import { apply, type Operation } from './operations';

interface Entry {
  /** What was done, for people: "Add SMS". */
  label: string;
  operation: Operation;
  inverse: Operation;
  /** Changes with one key that follow each other quickly are one step back. */
  key: string | undefined;
  /** Milliseconds on the caller's clock. */
  at: number;
}

/** The past and the undone future of one flow. A value: every change makes a new one. */
export interface History {
  past: readonly Entry[];
  future: readonly Entry[];
}

/** Typing pauses shorter than this join one step back. */
export const coalesceWithinMs = 1_000;
/** More steps back than anybody takes; it bounds memory. */
export const maxSteps = 500;

export const emptyHistory: History = { past: [], future: [] };

export interface Step {
  flow: Flow;
  history: History;
}

/** Applies the operation and remembers how to undo it. What was undone before cannot be redone any more. */
export function perform(
  { flow, history }: Step,
  operation: Operation,
  { label, key, at }: { label: string; key?: string; at: number },
): Step {
  const applied = apply(flow, operation);
  const last = history.past.at(-1);
  const entry: Entry = { label, operation, inverse: applied.inverse, key, at };
  if (
    key !== undefined &&
    last?.key === key &&
    at - last.at <= coalesceWithinMs &&
    history.future.length === 0
  ) {
    const joined: Entry = {
      ...entry,
      operation: { type: 'batch', operations: [last.operation, operation] },
      inverse: { type: 'batch', operations: [applied.inverse, last.inverse] },
    };
    return { flow: applied.flow, history: { past: [...history.past.slice(0, -1), joined], future: [] } };
  }
  return { flow: applied.flow, history: { past: [...history.past, entry].slice(-maxSteps), future: [] } };
}

/** Takes the last change back; the same value when there is none. */
export function undo({ flow, history }: Step): Step {
  const entry = history.past.at(-1);
  if (!entry) return { flow, history };
  return {
    flow: apply(flow, entry.inverse).flow,
    // A closed entry: what is done after redoing it is a step of its own.
    history: { past: history.past.slice(0, -1), future: [{ ...entry, key: undefined }, ...history.future] },
  };
}

/** Does again what was undone last; the same value when there is nothing. */
export function redo({ flow, history }: Step): Step {
  const [entry, ...future] = history.future;
  if (!entry) return { flow, history };
  return { flow: apply(flow, entry.operation).flow, history: { past: [...history.past, entry], future } };
}
