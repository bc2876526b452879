import { describe, expect, it } from 'vitest';
import { jumpHandle, portKey } from '@/canvas/FlowCanvas';
import type { Flow, NodeType } from '@/flow-model';
import { focusOf } from './focus';
import { runListState } from './listState';
import { overlayOf } from './overlay';
import { sendsAtWords } from './SendsAt';
import { outcomeWords, runDuration, runStatusLook } from './status';
import { offset, stepRows, valueRows } from './steps';
import { messageTimeline } from './timeline';
import type { Run, RunMessage, RunStep } from './types';

const t = (seconds: number) => new Date(Date.UTC(2026, 10, 21, 4, 0, 0) + seconds * 1000).toISOString();

const specs: NodeType[] = [
  {
    type: 'send_sms',
    title: 'Send SMS',
    help: '',
    group: 'channels',
    icon: 'message-square',
    hue: 'sky',
    ports: [
      { name: 'not_delivered', title: 'Not delivered', failure: true, falls_back_to: ['not_read'] },
      { name: 'next', title: 'Next' },
    ],
    config: {},
  },
  {
    type: 'jump',
    title: 'Jump to Node',
    help: '',
    group: 'flow',
    icon: 'corner-up-left',
    hue: 'slate',
    ports: [{ name: 'exceeded', title: 'Limit exceeded' }],
    target: 'target',
    config: {},
  },
];
const flow: Flow = {
  schema: 'sluice/v1',
  name: 'OTP',
  nodes: [
    { id: 'a', type: 'send_sms', name: 'First SMS' },
    { id: 'j', type: 'jump', name: 'Back', config: { target: 'a' } },
  ],
  edges: [{ from: 'a', port: 'not_read', to: 'j' }],
};

const step = (part: Partial<RunStep>): RunStep => ({
  visit: 1,
  node: 'a',
  type: 'send_sms',
  name: 'First SMS',
  entered_at: t(0),
  left_at: null,
  left_by: '',
  due_at: null,
  port: '',
  via: '',
  to: '',
  values: {},
  outputs: {},
  statuses: [],
  ignored: [],
  ...part,
});
const message = (part: Partial<RunMessage>): RunMessage => ({
  id: 'm',
  visit: 1,
  node: 'a',
  direction: 'outbound',
  channel: 'sms-main',
  channel_type: 'sms',
  to: '+63',
  from: '',
  text: 'Hi',
  template: null,
  content: {},
  status: 'sent',
  code: '',
  reason: '',
  provider_message_id: '',
  matched: '',
  queued_at: t(0),
  send_at: null,
  sent_at: t(0.2),
  delivered_at: null,
  read_at: null,
  failed_at: null,
  media: [],
  ...part,
});
const run = (part: Partial<Run>): Run => ({
  id: 'r',
  flow_id: 'f',
  flow_name: 'OTP',
  flow_version: 1,
  status: 'waiting',
  outcome: '',
  error: null,
  node: 'a',
  visit: 1,
  trigger: 'manual',
  recipient: '',
  started_at: t(0),
  updated_at: t(0),
  ended_at: null,
  due_at: null,
  sends_at: null,
  inputs: {},
  variables: {},
  steps: [],
  messages: [],
  ...part,
});

describe('overlayOf', () => {
  const steps = [
    step({ left_at: t(30), port: 'not_delivered', via: 'not_read', to: 'j' }),
    step({ visit: 2, node: 'j', type: 'jump', entered_at: t(30), left_at: t(30), to: 'a' }),
    step({ visit: 3, entered_at: t(30) }),
  ];

  it('lights the line that was taken, not the port that had none', () => {
    const { nodes, lines, mutesOthers } = overlayOf(run({ steps }), flow, specs);
    expect([...(lines ?? [])]).toEqual([
      [portKey('a', 'not_read'), 'taken'],
      [portKey('j', jumpHandle), 'taken'],
    ]);
    expect([...(nodes?.keys() ?? [])]).toEqual(['a', 'j']);
    expect(nodes?.get('a')).toMatchObject({ tone: 'current', badge: 'Waiting' });
    expect(nodes?.get('j')).toEqual({ tone: 'visited' });
    expect(mutesOthers).toBe(true);
  });

  it('lights where a run ended, and a jump that was not allowed any more', () => {
    const last = [...steps.slice(0, 1), step({ visit: 2, node: 'j', left_at: t(30), port: 'exceeded' })];
    const { nodes, lines } = overlayOf(run({ steps: last, status: 'failed', node: 'j' }), flow, specs);
    expect(lines?.has(portKey('j', 'exceeded'))).toBe(true);
    expect(lines?.has(portKey('j', jumpHandle))).toBe(false);
    expect(nodes?.get('a')).toEqual({ tone: 'visited' });
    expect(nodes?.get('j')).toMatchObject({ tone: 'failed', badge: 'Failed' });
  });

  it('leaves out nodes that the definition does not have', () => {
    const { lines } = overlayOf(run({ steps: [step({ node: 'gone', left_at: t(1) })] }), flow, specs);
    expect(lines?.size).toBe(0);
  });
});

describe('focusOf', () => {
  it('has where the run was and, while it waits, where it can go', () => {
    const steps = [step({}), step({ visit: 2, node: 'gone' })];
    expect(focusOf(run({ steps }), flow)).toEqual(['a', 'j']);
    expect(focusOf(run({ steps, status: 'completed' }), flow)).toEqual(['a']);
  });
});

describe('stepRows', () => {
  it('names ports, targets and detours', () => {
    const [row] = stepRows(
      run({
        steps: [step({ left_at: t(30), port: 'not_delivered', via: 'not_read', to: 'j' })],
        messages: [message({}), message({ id: 'other', visit: 2 })],
      }),
      flow,
      specs,
    );
    expect(row).toMatchObject({
      title: 'First SMS',
      typeTitle: 'Send SMS',
      exit: 'Not delivered → Back',
      detour: 'No line leaves there, so it went by Not read',
      failure: true,
      at: 0,
      stayed: 30_000,
      current: false,
    });
    expect(row?.messages).toHaveLength(1);
  });

  it('knows where the run waits', () => {
    const rows = stepRows(
      run({ steps: [step({ left_at: t(1), port: 'next', to: 'a' }), step({ visit: 2 })] }),
      flow,
      specs,
    );
    expect(rows.map((row) => row.current)).toEqual([false, true]);
    expect(rows[1]).toMatchObject({ exit: '', stayed: undefined });
  });

  it('does without the definition', () => {
    const [row] = stepRows(
      run({ steps: [step({ name: '', left_at: t(1), port: 'not_read', to: 'zz' })] }),
      undefined,
      [],
    );
    expect(row).toMatchObject({ title: 'a', typeTitle: 'send_sms', exit: 'Not read → zz', hue: 'slate' });
  });
});

describe('messageTimeline', () => {
  const shape = (part: Partial<RunMessage>) =>
    messageTimeline(message(part)).map((point) => `${point.status}${point.reached ? '' : '?'}`);

  it('shows what may still come', () => {
    expect(shape({})).toEqual(['queued', 'sent', 'delivered?', 'read?']);
  });

  it('takes read for delivered, also when the provider never said so', () => {
    const points = messageTimeline(message({ status: 'read', read_at: t(9) }));
    expect(points.map((point) => point.reached)).toEqual([true, true, true, true]);
    expect(points[2]?.at).toBeUndefined();
    expect(points[3]?.after).toBe(8800);
  });

  it('ends at a failure', () => {
    expect(shape({ status: 'failed', sent_at: null, failed_at: t(1) })).toEqual(['queued', 'failed']);
    expect(shape({ status: 'failed', failed_at: t(1) })).toEqual(['queued', 'sent', 'failed']);
  });

  it('says when a message with a time goes out, and that it was taken back', () => {
    const later = { send_at: t(60), sent_at: null };
    expect(shape({ status: 'scheduled', ...later })).toEqual([
      'queued',
      'scheduled',
      'sent?',
      'delivered?',
      'read?',
    ]);
    expect(shape({ status: 'cancelled', ...later })).toEqual(['queued', 'scheduled', 'cancelled']);
    expect(shape({ status: 'delivered', send_at: t(60), sent_at: t(61), delivered_at: t(62) })).toEqual([
      'queued',
      'scheduled',
      'sent',
      'delivered',
      'read?',
    ]);
  });

  it('names the time that a message waits for', () => {
    const at = new Date(2026, 10, 21, 14, 5).toISOString();
    const label = (now: Date) =>
      messageTimeline(message({ status: 'scheduled', send_at: at, sent_at: null }), now.getTime())[1]?.label;
    expect(label(new Date(2026, 10, 21, 9))).toBe('Scheduled for 14:05');
    expect(label(new Date(2026, 10, 19, 9))).toBe('Scheduled for 21 Nov 14:05');
  });

  it('has one point for what came in', () => {
    expect(shape({ direction: 'inbound', status: 'received' })).toEqual(['received']);
  });
});

describe('stepRows of a run that waits with a message', () => {
  const later = message({ status: 'scheduled', send_at: t(60), sent_at: null });
  it.each([
    ['says when it goes out', later, t(60)],
    ['says nothing once it is sent', message({ send_at: t(60), sent_at: t(60) }), undefined],
    ['says nothing of the message of another visit', { ...later, visit: 2 }, undefined],
  ])('%s', (_, sent, want) => {
    const rows = stepRows(run({ steps: [step({})], messages: [sent] }), flow, specs);
    expect(rows[0]?.sendsAt).toBe(want);
  });
});

describe('words and times of a run', () => {
  it.each([
    [run({}), ''],
    [run({ status: 'completed', outcome: 'next' }), 'Reached the end'],
    [run({ status: 'failed', outcome: 'not_delivered' }), 'Not delivered'],
    [run({ status: 'cancelled', outcome: 'cancelled' }), 'Cancelled'],
    [
      run({ status: 'failed', outcome: 'error', error: { code: 'x', message: 'No such variable' } }),
      'No such variable',
    ],
  ])('outcome %#', (value, text) => {
    expect(outcomeWords(value)).toBe(text);
  });

  it('has a look for every status', () => {
    expect(runStatusLook('failed')).toEqual({ label: 'Failed', tone: 'red' });
  });

  it('counts the time so far while it waits', () => {
    expect(runDuration({ started_at: t(0), ended_at: null }, Date.parse(t(5)))).toBe(5000);
    expect(runDuration({ started_at: t(0), ended_at: t(39) }, Date.parse(t(500)))).toBe(39_000);
    expect(offset(30_000)).toBe('+30 s');
  });

  it.each([
    [new Date(2026, 10, 21, 14, 2, 10), 'Sends at 14:05, in 3 min', 'sends in 3 min'],
    [new Date(2026, 10, 21, 14, 4, 48), 'Sends at 14:05, in 12 s', 'sends in 12 s'],
    [new Date(2026, 10, 20, 13, 5), 'Sends at 21 Nov 14:05, in 1 d 1 h', 'sends in 1 d 1 h'],
    [new Date(2026, 10, 21, 14, 5, 1), 'sends any moment', 'sends any moment'],
  ])('says at %s when a message goes out', (now, text, brief) => {
    const at = new Date(2026, 10, 21, 14, 5).toISOString();
    expect(sendsAtWords(at, now.getTime())).toBe(text);
    expect(sendsAtWords(at, now.getTime(), true)).toBe(brief);
  });

  it('writes values as text', () => {
    expect(valueRows({ a: 'x', b: 3, c: { d: [1] } }).map((row) => row.value)).toEqual([
      'x',
      '3',
      '{\n "d": [\n  1\n ]\n}',
    ]);
  });
});

describe('runListState', () => {
  it('reads the address', () => {
    expect(runListState(new URLSearchParams('flow=f1&status=failed&q=not_read'))).toEqual({
      flow: 'f1',
      status: 'failed',
      q: 'not_read',
    });
    expect(runListState(new URLSearchParams('status=toString')).status).toBeUndefined();
  });
});
