import { describe, expect, test } from 'vitest';
import { pairs, readableBody, runsOf, sentence, tally } from './content';
import type { WebhookContent } from './types';

const posted = (body: string, type = 'application/json', encoding: 'text' | 'base64' = 'text') =>
  ({ body, encoding, headers: { 'Content-Type': type }, query: '', cut: false }) satisfies WebhookContent;

describe('what was posted', () => {
  test('is indented when it is JSON', () =>
    expect(readableBody(posted('{"a":[1]}'))).toBe('{\n  "a": [\n    1\n  ]\n}'));
  test('stays as it is when it is cut or no JSON at all', () => {
    expect(readableBody(posted('{"a":'))).toBe('{"a":');
    expect(readableBody(posted('<x/>', 'text/xml'))).toBe('<x/>');
    expect(readableBody(posted(''))).toBe('');
  });
  test('has a line for each field of a form', () =>
    expect(readableBody(posted('To=%2B63&Body=a+b', 'application/x-www-form-urlencoded'))).toBe(
      'To: +63\nBody: a b',
    ));
  test('is not read when it is no text', () =>
    expect(readableBody(posted('eyJhIjoxfQ==', 'application/json', 'base64'))).toBe('eyJhIjoxfQ=='));
  test('has a masked token in its address', () =>
    expect(pairs('message=7&token=•••')).toBe('message: 7\ntoken: •••'));
});

describe('what a webhook said', () => {
  const finding = (kind: 'receipt' | 'message', status: string, run_id: string) => ({ kind, status, run_id });
  test('is counted by kind and status', () =>
    expect(
      tally([
        finding('receipt', 'read', 'r1'),
        finding('receipt', 'read', 'r2'),
        finding('message', '', 'r1'),
      ]),
    ).toEqual([
      { what: 'read', count: 2 },
      { what: 'message', count: 1 },
    ]));
  test('names each run once', () =>
    expect(
      runsOf([
        finding('receipt', 'read', 'r1'),
        finding('message', '', 'r1'),
        finding('receipt', 'sent', ''),
      ]),
    ).toEqual(['r1']));
});

test('a reason is a sentence', () => {
  expect(sentence('the signature does not match')).toBe('The signature does not match.');
  expect(sentence('It is closed.')).toBe('It is closed.');
  expect(sentence('')).toBe('');
});
