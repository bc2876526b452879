import { i18n } from '@lingui/core';
import { beforeAll, describe, expect, it } from 'vitest';
import { emptyFlow, type Flow } from '@/flow-model';
import type { TryState } from './session';
import { differing, keyWords, standing, told } from './told';

beforeAll(() => i18n.loadAndActivate({ locale: 'en', messages: {} }));

const flow: Flow = {
  ...emptyFlow('F'),
  nodes: [
    { id: 'viber', type: 'send', name: 'Viber (PH)' },
    { id: 'sms', type: 'send', name: 'SMS' },
  ],
};
const types = new Map();
const state: TryState = {
  status: 'waiting',
  outcome: '',
  error: null,
  node: 'viber',
  visit: 2,
  started_at: '2026-01-05T09:00:00Z',
  elapsed_ms: 0,
  ended_ms: null,
  next_ms: 30_000,
  wait: { since_ms: 0, due_ms: 30_000, deadlines: [{ port: 'not_delivered', at_ms: 30_000 }] },
  variables: {},
  steps: [],
  messages: [],
  phone: [],
  stray: [],
};

describe('where a try stands', () => {
  it.each([
    [state, 'Viber (PH) waits. Not delivered at 0:30, unless something comes before.'],
    [{ ...state, wait: { since_ms: 0, due_ms: 5000, deadlines: [] } }, 'Viber (PH) waits until 0:05.'],
    [
      { ...state, wait: { since_ms: 0, due_ms: null, deadlines: [] } },
      'Viber (PH) waits, without a deadline.',
    ],
    [
      { ...state, status: 'completed' as const, outcome: 'next', ended_ms: 39_000, wait: null },
      'The run completed at Viber (PH) after 0:39: Next.',
    ],
    [
      {
        ...state,
        status: 'failed' as const,
        error: { code: 'x', message: 'No number.', hint: 'Give one.' },
        wait: null,
      },
      'The run failed at Viber (PH). No number. Give one.',
    ],
  ])('is said in a sentence', (now, text) => expect(standing(now, flow, types)).toBe(text));

  it('is announced when it is new, with the way that led there', () => {
    expect(told(state, state, flow, types)).toBe('');
    const step = { visit: 2, node: 'viber', port: 'not_read', left_at: '2026-01-05T09:00:30Z' };
    const next = { ...state, node: 'sms', visit: 3, steps: [step as TryState['steps'][number]] };
    expect(told(next, state, flow, types)).toBe(
      'Viber (PH): Not read. SMS waits. Not delivered at 0:30, unless something comes before.',
    );
    const message = { id: 'm', status: 'sent' } as TryState['phone'][number];
    const sent = { ...state, phone: [message] };
    const read = { ...state, phone: [{ ...message, status: 'read' as const }] };
    expect(told(read, sent, flow, types)).toBe('The message is now: Read.');
  });
});

describe('a difference', () => {
  const title = (id: string) => (id === 'viber' ? 'Viber (PH)' : id);
  it.each([
    ['path', 'start → viber', 'The way', 'start → Viber (PH)'],
    ['messages', '2 messages: viber, sms', 'The messages', 'Viber (PH), sms'],
    ['messages[1].to', '"+63"', 'Message 2: To', '"+63"'],
    ['variables.country', '"PH"', 'Variable country', '"PH"'],
    ['outcome', '', 'The outcome', '–'],
    ['elapsed', '1m', 'The time it takes', '1 min'],
  ])('is told with names: %s', (key, value, what, shown) => {
    expect(keyWords(key)).toBe(what);
    expect(differing(key, value, title)).toBe(shown);
  });
});
