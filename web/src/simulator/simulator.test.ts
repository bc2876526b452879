import { describe, expect, it } from 'vitest';
import { readBubble } from './content';
import { conversations, messagesOfRun } from './conversations';
import { failureCodes, possibleReceipts, statusLine } from './receipts';
import { checkRule, defaultForm, describeRule, readRule, replaceRules, writeRule } from './rules';
import type { PhoneMessage, PhoneRule } from './types';

const message = (part: Partial<PhoneMessage>): PhoneMessage => ({
  id: 'm1',
  recipient: '+639171234567',
  channel_id: 'c1',
  channel: 'sms-main',
  channel_type: 'sms',
  direction: 'outbound',
  text: 'Hello',
  content: { type: 'text', text: 'Hello' },
  file: null,
  status: 'sent',
  code: '',
  reason: '',
  run_id: 'r1',
  visit: 1,
  at: '2026-11-21T04:00:00Z',
  delivered_at: null,
  read_at: null,
  failed_at: null,
  ...part,
});

describe('readBubble', () => {
  it('links buttons and media to http(s) only', () => {
    const buttons = readBubble(
      message({
        content: {
          type: 'buttons',
          text: 'Choose',
          buttons: [
            { title: 'Yes', id: 'yes' },
            { title: 'Site', url: 'https://example.com' },
            { title: 'Bad', url: 'javascript:alert(1)' },
          ],
        },
      }),
    ).buttons;
    expect(buttons).toEqual([
      { title: 'Yes', id: 'yes' },
      { title: 'Site', href: 'https://example.com/' },
      { title: 'Bad' },
    ]);
    const media = readBubble(
      message({ text: '', content: { type: 'image', url: 'data:text/html,x', caption: 'A cat' } }),
    );
    expect(media.text).toBe('A cat');
    expect(media.media?.href).toBeUndefined();
  });

  it('names a file by its address when it has no name', () => {
    const { media } = readBubble(
      message({ content: { type: 'document', url: 'https://x.test/a/bill.pdf?sig=1' } }),
    );
    expect(media).toEqual({ kind: 'document', name: 'bill.pdf', href: 'https://x.test/a/bill.pdf?sig=1' });
  });

  it('shows the template itself only when its text is not known', () => {
    const content = { type: 'template', template: 'otp', language: 'en', parameters: ['123456'] };
    expect(readBubble(message({ text: '', content })).template).toEqual({
      name: 'otp, en',
      parameters: ['123456'],
    });
    expect(readBubble(message({ text: 'Your code is 123456', content })).template).toBeUndefined();
  });

  it('leaves out what has another shape than expected', () => {
    const odd = { type: 'list', button: 3, rows: ['x', null, { title: 'A' }, { title: { html: '<b>' } }] };
    expect(readBubble(message({ content: odd })).list).toEqual({
      button: 'Choose',
      rows: [{ title: 'A', description: '' }],
    });
  });
});

describe('possibleReceipts', () => {
  it.each([
    ['sent', ['delivered', 'read', 'failed']],
    ['delivered', ['read']],
    ['read', []],
    ['failed', []],
  ] as const)('after %s: %j', (status, receipts) => {
    expect(possibleReceipts({ direction: 'outbound', status })).toEqual(receipts);
  });

  it('reports nothing about what the phone wrote itself', () => {
    expect(possibleReceipts({ direction: 'inbound', status: 'received' })).toEqual([]);
  });
});

describe('statusLine', () => {
  it('gives the time of the status, not of the message', () => {
    expect(statusLine(message({ status: 'read', read_at: '2026-11-21T04:00:09Z' }))).toEqual({
      label: 'Read',
      at: '2026-11-21T04:00:09Z',
    });
  });

  it('says why it failed', () => {
    expect(statusLine(message({ status: 'failed', code: '30003', reason: 'Off' })).label).toBe(
      'Failed, 30003: Off',
    );
    expect(statusLine(message({ status: 'failed', code: '30005' })).label).toBe(
      'Failed, 30005: The number does not exist',
    );
    expect(statusLine(message({ status: 'failed' })).label).toBe('Failed');
  });
});

describe('failureCodes', () => {
  it('offers codes for every channel type', () => {
    for (const type of ['sms', 'viber', 'whatsapp', 'something new'])
      expect(failureCodes(type)).not.toHaveLength(0);
  });
});

describe('conversations', () => {
  it('makes one screen per recipient and channel type, oldest message first', () => {
    const screens = conversations([
      message({ id: '3', channel_type: 'whatsapp', channel: 'wa', at: '2026-11-21T04:00:30Z' }),
      message({ id: '2', at: '2026-11-21T04:00:02Z', direction: 'inbound' }),
      message({ id: '1', at: '2026-11-21T04:00:01Z' }),
    ]);
    expect(screens.map((s) => [s.channelType, s.messages.map((m) => m.id)])).toEqual([
      ['sms', ['1', '2']],
      ['whatsapp', ['3']],
    ]);
  });
});

describe('messagesOfRun', () => {
  it('has the answers since the first message, on the screens that the run wrote to', () => {
    const inbound = { direction: 'inbound', status: 'received', run_id: '' } as const;
    const found = messagesOfRun(
      [
        message({ id: 'before', ...inbound, at: '2026-11-21T03:59:59Z' }),
        message({ id: 'sent', at: '2026-11-21T04:00:00Z' }),
        message({ id: 'other run', run_id: 'r2', at: '2026-11-21T04:00:01Z' }),
        message({ id: 'answer', ...inbound, at: '2026-11-21T04:00:02.5Z' }),
        message({ id: 'other screen', ...inbound, channel_type: 'viber', at: '2026-11-21T04:00:03Z' }),
        message({ id: 'other person', ...inbound, recipient: '+1', at: '2026-11-21T04:00:03Z' }),
      ],
      'r1',
    );
    expect(found.map(({ id }) => id)).toEqual(['sent', 'answer']);
  });
});

describe('rules', () => {
  const rules: PhoneRule[] = [
    { recipient: '+63*', manual: true },
    { recipient: '*', delivered_after: 'never', read_after: 'never' },
    { recipient: '+1', channel_type: 'sms', fail: { when: 'send', class: 'retryable', code: '20429' } },
    { recipient: '+1', fail: { when: 'receipt', after: '3s', code: '30003' } },
    { recipient: '+1', delivered_after: '1s', read_after: '2s', reply: { after: '5s', text: 'YES' } },
  ];

  it.each(rules)('survive the form: %j', (rule) => {
    expect(writeRule(rule.recipient, readRule(rule))).toEqual(rule);
  });

  it('are told in one sentence', () => {
    expect(rules.map(describeRule)).toEqual([
      'Waits for you.',
      'Never delivered, never read.',
      'Busy: every send is put off with 20429.',
      'Fails after 3 s with 30003.',
      'Delivered after 1 s, read after 2 s. Answers “YES” after 5 s.',
    ]);
  });

  it('are checked on the fields that count', () => {
    expect(checkRule(defaultForm)).toEqual({});
    expect(
      checkRule({ ...defaultForm, deliveredAfter: 'soon', readAfter: 'never', replyAfter: 'x' }),
    ).toEqual({
      deliveredAfter: expect.stringContaining('never'),
    });
    expect(checkRule({ ...defaultForm, replyText: 'Hi', replyAfter: 'never' })).toHaveProperty('replyAfter');
    expect(checkRule({ ...defaultForm, behaviour: 'manual', deliveredAfter: 'soon' })).toEqual({});
    expect(checkRule({ ...defaultForm, behaviour: 'fails', failAfter: '' })).toHaveProperty('failAfter');
  });

  it('of other recipients stay as they are', () => {
    const own: PhoneRule[] = [{ recipient: '+1', manual: true }];
    expect(replaceRules(rules, '+1', own)).toEqual([rules[0], rules[1], own[0]]);
  });
});
