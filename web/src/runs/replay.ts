import { canonical } from '@/flow-model';
import type { Run, RunStep } from './types';

/** One value before and after a step. */
export interface ValueAt {
  name: string;
  before: unknown;
  after: unknown;
  change: 'added' | 'changed' | 'same';
}

/** The run as it was when it had just gone through the step at that place. */
export function runUntil(run: Run, index: number): Run {
  const steps = run.steps.slice(0, index + 1);
  const last = steps.at(-1);
  if (!last || index >= run.steps.length - 1) return run;
  return { ...run, steps: steps.with(-1, { ...last, left_at: null }), node: last.node, status: 'waiting' };
}

/** The variables when the run came into the step at that place, and when it left. */
export function valuesAt(run: Run, index: number): ValueAt[] {
  const before: Record<string, unknown> = { ...run.inputs };
  for (const step of run.steps.slice(0, index)) Object.assign(before, step.values);
  const after = { ...before, ...run.steps[index]?.values };
  return Object.keys(after).map((name) => ({
    name,
    before: before[name],
    after: after[name],
    change: !Object.hasOwn(before, name)
      ? 'added'
      : canonical(before[name]) === canonical(after[name])
        ? 'same'
        : 'changed',
  }));
}

/** Milliseconds from the run's start to each step. */
export function stepTimes(run: Run): number[] {
  const start = Date.parse(run.started_at);
  return run.steps.map((step) => Math.max(0, Date.parse(step.entered_at) - start));
}

/** How wide the slider of a replay is, in steps of its own. */
export const sliderWidth = 1_000;

/**
 * Where the steps stand on the slider: by their time, drawn apart a little, so
 * that steps of one moment have places of their own.
 */
export function placesOf(times: readonly number[], totalMs: number): number[] {
  const last = Math.max(1, times.length - 1);
  return times.map((ms, index) => {
    const byPlace = index / last;
    const byTime = totalMs > 0 ? Math.min(1, ms / totalMs) : byPlace;
    return Math.round(sliderWidth * (0.6 * byTime + 0.4 * byPlace));
  });
}

/** The step whose place is nearest. */
export function indexAt(places: readonly number[], value: number): number {
  return places.reduce(
    (best, place, index) => (Math.abs(place - value) < Math.abs((places[best] ?? 0) - value) ? index : best),
    0,
  );
}

/** How fast a replay goes: the waits of the run, divided by this. */
export const speeds = [1, 10, 60] as const;
/** A step stays on screen for at least and at most so long, in milliseconds. */
export const shortestMs = 600;
export const longestMs = 3_000;

/** How long the replay rests on the step at that place. */
export function restOf(times: readonly number[], index: number, speed: number): number {
  const wait = (times[index + 1] ?? 0) - (times[index] ?? 0);
  return Math.min(longestMs, Math.max(shortestMs, wait / speed));
}

/** Why a run left a step by its port, as far as its record says. */
export type Why =
  | { kind: 'waits' }
  | { kind: 'at_once' }
  | { kind: 'deadline'; due: string }
  | { kind: 'receipt'; status: string; code: string; reason: string }
  | { kind: 'send'; status: string; code: string; reason: string }
  | { kind: 'reply' }
  | { kind: 'cancel' }
  | { kind: 'event'; event: string };

export function whyOf(step: RunStep): Why {
  const last = step.statuses.at(-1);
  const told = { status: last?.status ?? '', code: last?.code ?? '', reason: last?.reason ?? '' };
  switch (step.left_by) {
    case '':
      return step.left_at ? { kind: 'at_once' } : { kind: 'waits' };
    case 'timer':
      return { kind: 'deadline', due: step.due_at ?? step.left_at ?? '' };
    case 'receipt':
      return { kind: 'receipt', ...told };
    case 'send_result':
      return { kind: 'send', ...told };
    case 'reply':
      return { kind: 'reply' };
    case 'cancel':
      return { kind: 'cancel' };
    default:
      return { kind: 'event', event: step.left_by };
  }
}
