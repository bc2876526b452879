import { describe, expect, it } from 'vitest';
import {
  indexAt,
  longestMs,
  placesOf,
  restOf,
  runUntil,
  shortestMs,
  sliderWidth,
  stepTimes,
  valuesAt,
  whyOf,
} from './replay';
import type { Run, RunStep } from './types';

const at = (seconds: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, seconds)).toISOString();
const step = (part: Partial<RunStep>): RunStep => ({
  visit: 1,
  node: 'a',
  type: 'wait',
  name: 'A',
  entered_at: at(0),
  left_at: at(0),
  left_by: '',
  due_at: null,
  port: 'next',
  via: '',
  to: 'b',
  values: {},
  outputs: {},
  statuses: [],
  ignored: [],
  ...part,
});
const run = {
  started_at: at(0),
  status: 'completed',
  node: 'c',
  inputs: { code: '1', who: 'Ann' },
  steps: [
    step({ visit: 1, node: 'a' }),
    step({ visit: 2, node: 'b', values: { code: '2', country: 'PH' } }),
    step({
      visit: 3,
      node: 'c',
      entered_at: at(30),
      left_at: at(90),
      left_by: 'timer',
      due_at: at(90),
      to: '',
    }),
  ],
} as unknown as Run;

describe('runUntil', () => {
  it('is the run as it was then, and the run itself at its last step', () => {
    const then = runUntil(run, 1);
    expect(then).toMatchObject({ node: 'b', status: 'waiting' });
    expect(then.steps.map(({ node, left_at }) => [node, left_at === null])).toEqual([
      ['a', false],
      ['b', true],
    ]);
    expect(runUntil(run, 2)).toBe(run);
  });
});

describe('valuesAt', () => {
  it('tells what a step changed', () => {
    expect(valuesAt(run, 1)).toEqual([
      { name: 'code', before: '1', after: '2', change: 'changed' },
      { name: 'who', before: 'Ann', after: 'Ann', change: 'same' },
      { name: 'country', before: undefined, after: 'PH', change: 'added' },
    ]);
    expect(valuesAt(run, 2).map(({ change }) => change)).toEqual(['same', 'same', 'same']);
  });
});

describe('the time of a replay', () => {
  it('gives each step a place of its own on the slider, in the order of time', () => {
    expect(stepTimes(run)).toEqual([0, 0, 30_000]);
    const places = placesOf(stepTimes(run), 30_000);
    expect(places).toEqual([0, 200, sliderWidth]);
    expect(placesOf([0, 0, 0], 0)).toEqual([0, sliderWidth / 2, sliderWidth]);
    expect([0, 99, 101, 590, 650, 1_000].map((value) => indexAt(places, value))).toEqual([0, 0, 1, 1, 2, 2]);
  });

  it('follows the waits of the run within bounds', () => {
    const times = [0, 0, 30_000, 31_000];
    expect(restOf(times, 0, 1)).toBe(shortestMs);
    expect(restOf(times, 1, 1)).toBe(longestMs);
    expect(restOf(times, 2, 1)).toBe(1_000);
    expect(restOf(times, 1, 60)).toBe(shortestMs);
  });
});

describe('whyOf', () => {
  it.each<[string, Partial<RunStep>, object]>([
    ['it waits', { left_at: null }, { kind: 'waits' }],
    ['it left at once', {}, { kind: 'at_once' }],
    ['a deadline passed', { left_by: 'timer', due_at: at(5) }, { kind: 'deadline', due: at(5) }],
    [
      'a receipt came',
      { left_by: 'receipt', statuses: [{ at: at(1), status: 'read' }] },
      { kind: 'receipt', status: 'read' },
    ],
    [
      'the provider refused',
      { left_by: 'send_result', statuses: [{ at: at(1), status: 'failed', code: '21211' }] },
      { kind: 'send', code: '21211' },
    ],
    ['somebody cancelled', { left_by: 'cancel' }, { kind: 'cancel' }],
    ['a newer server says something else', { left_by: 'call' }, { kind: 'event', event: 'call' }],
  ])('%s', (_, part, why) => {
    expect(whyOf(step(part))).toMatchObject(why);
  });
});
