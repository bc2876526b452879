import { i18n } from '@lingui/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ApiError } from '@/api/problem';
import { startEnglish } from '../english';
import { answerInLanguage, specInLanguage } from './answers';
import { fromServer } from './translate';

const messages = {
  'server:Failed': ['失敗'],
  'server:flow': ['フロー'],
  'server:There is no such ⟨0⟩.': ['この⟨0⟩はありません。'],
  'server:⟨0⟩ has no port ⟨1⟩.': ['⟨1⟩ というポートは ⟨0⟩ にありません。'],
  'server:⟨0⟩: ⟨1⟩': ['⟨0⟩：⟨1⟩'],
  'server:Check the number (+63…).': ['番号（+63…）を確認してください。'],
};

beforeEach(() => i18n.loadAndActivate({ locale: 'ja', messages }));
afterEach(startEnglish);

describe('fromServer', () => {
  it.each([
    ['Failed', '失敗'],
    ['There is no such flow.', 'このフローはありません。'],
    ['"Viber" has no port "x".', '"x" というポートは "Viber" にありません。'],
    ['Line 1: There is no such flow.', 'Line 1：このフローはありません。'],
    ['Check the number (+63…).', '番号（+63…）を確認してください。'],
    ['What a vendor says', 'What a vendor says'],
    ['', ''],
    ['constructor', 'constructor'],
  ])('says %j as %j', (english, japanese) => {
    expect(fromServer(english)).toBe(japanese);
  });

  it('leaves English as it is', () => {
    startEnglish();
    expect(fromServer('Failed')).toBe('Failed');
  });
});

describe('answerInLanguage', () => {
  it('translates findings and reasons, wherever they stand', () => {
    expect(
      answerInLanguage({
        diagnostics: [{ code: 'x', message: 'There is no such flow.', hint: 'Failed' }],
        steps: [{ events: [{ reason: 'Failed', text: 'Failed' }] }],
      }),
    ).toEqual({
      diagnostics: [{ code: 'x', message: 'このフローはありません。', hint: '失敗' }],
      steps: [{ events: [{ reason: '失敗', text: 'Failed' }] }],
    });
  });

  it('keeps flows, and what people wrote into runs, as they are', () => {
    const flow = { schema: 'sluice/v1', nodes: [{ config: { reason: 'Failed', message: 'Failed' } }] };
    const reply = { status: 'replied', reason: 'Failed' };
    const answer = {
      definition: flow,
      draft: { reason: 'Failed' },
      flow,
      variables: { reason: 'Failed' },
      reply,
    };
    expect(answerInLanguage(flow)).toEqual(flow);
    expect(answerInLanguage(answer)).toEqual(answer);
  });
});

describe('specInLanguage', () => {
  it('translates titles, helps and the titles of choices, not values', () => {
    expect(
      specInLanguage({
        ports: [{ name: 'failed', title: 'Failed' }],
        config: { title: 'flow', enum: ['Failed'], 'x-titles': { Failed: 'Failed' }, default: 'Failed' },
      }),
    ).toEqual({
      ports: [{ name: 'failed', title: '失敗' }],
      config: { title: 'フロー', enum: ['Failed'], 'x-titles': { Failed: '失敗' }, default: 'Failed' },
    });
  });
});

describe('ApiError', () => {
  it('says what the server refused in the language that is shown', () => {
    const error = new ApiError(404, {
      title: 'There is no such flow.',
      errors: [{ field: 'to', message: 'Failed' }],
      diagnostics: [{ message: 'Failed' }],
    });
    expect(error.title).toBe('このフローはありません。');
    expect(error.fields[0]?.message).toBe('失敗');
    expect(error.body.diagnostics).toEqual([{ message: '失敗' }]);
  });
});
