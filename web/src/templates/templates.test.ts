import { describe, expect, it } from 'vitest';
import { checkTemplate, emptyTemplate, newTemplateBody, readTemplate, templatePatch } from './form';
import { importRest, listsTemplates } from './importable';
import { filledPieces, filledText, missingParameters, parameterLabel, parameterPlace } from './parts';
import { fill, insertPlaceholder, parameterCount, pieces, placeholderProblem } from './placeholders';
import type { Template } from './types';

describe('placeholders', () => {
  it('split the text', () => {
    expect(pieces('Hi {{1}}, code {{ 2 }}.')).toEqual([
      { text: 'Hi ' },
      { number: 1 },
      { text: ', code ' },
      { number: 2 },
      { text: '.' },
    ]);
    expect(pieces('')).toEqual([]);
  });

  it.each([
    ['none', 0],
    ['{{1}} {{1}}', 1],
    ['{{3}} {{1}}', 3],
    ['{{0}} {{a}} {1}', 0],
  ])('count in %j', (text, count) => {
    expect(parameterCount(text)).toBe(count);
  });

  it.each([
    ['{{1}} and {{2}}', undefined],
    ['plain', undefined],
    ['{{2}}', '{{1}} is missing'],
    ['{{1}} {{3}}', '{{2}} is missing'],
    ['{{name}}', '{{name}} is no placeholder'],
    ['{{0}}', '{{0}} is no placeholder'],
  ])('in %j are checked', (text, problem) => {
    if (problem === undefined) expect(placeholderProblem(text)).toBeUndefined();
    else expect(placeholderProblem(text)).toContain(problem);
  });

  it('are filled, and what is filled in is never read again', () => {
    expect(fill('Hi {{1}}: {{2}}', ['{{2}}'])).toBe('Hi {{2}}: {{2}}');
    expect(fill('Hi {{1}}: {{2}}', ['Ann', '42'])).toBe('Hi Ann: 42');
  });

  it('are inserted with the next number', () => {
    expect(insertPlaceholder('Hi , {{1}}', 3, 3)).toEqual({ text: 'Hi {{2}}, {{1}}', caret: 8 });
    expect(insertPlaceholder('abc', 0, 3)).toEqual({ text: '{{1}}', caret: 5 });
  });
});

describe('the form', () => {
  const template: Template = {
    id: 't',
    slug: 'otp',
    name: 'OTP',
    language: 'en',
    category: 'authentication',
    channel_type: 'whatsapp',
    text: 'Code {{1}}',
    header: null,
    footer: '',
    buttons: [],
    parameter_list: [],
    status_reason: '',
    quality: '',
    source: null,
    seen_at: null,
    gone_at: null,
    parameters: 1,
    status: 'approved',
    provider_ref: '',
    created_at: '2026-11-21T00:00:00Z',
    updated_at: '2026-11-21T00:00:00Z',
  };

  it('reports every field at once', () => {
    const problems = checkTemplate({ ...emptyTemplate, slug: 'A b', language: 'english!', text: ' ' });
    expect(Object.keys(problems).sort()).toEqual(['language', 'name', 'slug', 'text']);
    expect(checkTemplate(readTemplate(template))).toEqual({});
  });

  it('sends only what differs', () => {
    expect(templatePatch(readTemplate(template), template)).toBeUndefined();
    expect(templatePatch({ ...readTemplate(template), text: 'New {{1}}' }, template)).toEqual({
      text: 'New {{1}}',
    });
  });

  it('leaves the slug to the server unless it is given', () => {
    expect(newTemplateBody({ ...emptyTemplate, name: ' N ', text: 'T' })).toEqual({
      name: 'N',
      language: 'en',
      category: 'utility',
      channel_type: 'whatsapp',
      text: 'T',
      status: 'approved',
    });
  });
});

describe('an imported template', () => {
  const shipped: Template = {
    id: 't',
    slug: 'shipped',
    name: 'shipped',
    language: 'en',
    category: 'utility',
    channel_type: 'whatsapp',
    text: 'Hi {{1}}, {{2}} is on its way.',
    header: { format: 'image', text: '', url: '{{3}}' },
    footer: 'Shop',
    buttons: [
      { type: 'reply', text: 'Thanks', url: '', phone: '', code: '' },
      { type: 'url', text: 'Track', url: 'https://s.example/{{4}}', phone: '', code: '' },
      { type: 'copy_code', text: 'Copy', url: '', phone: '', code: '{{5}}' },
    ],
    parameters: 5,
    parameter_list: [
      { name: 'first_name', kind: 'text', example: 'Ana' },
      { name: '2', kind: 'text', example: '' },
      { name: 'header', kind: 'media', example: '' },
      { name: '1', kind: 'link', example: '' },
      { name: 'coupon_code', kind: 'code', example: '' },
    ],
    status: 'approved',
    status_reason: '',
    quality: '',
    provider_ref: 'shipped',
    source: { kind: 'meta_whatsapp', channel_id: 'c', vendor_id: '1', vendor_name: 'shipped' },
    seen_at: null,
    gone_at: null,
    created_at: '2026-11-21T00:00:00Z',
    updated_at: '2026-11-21T00:00:00Z',
  };

  it('names its parameters by where they stand', () => {
    expect([1, 2, 3, 4, 5].map((number) => parameterLabel(shipped, number))).toEqual([
      'first_name',
      '{{2}} in the text',
      'Address of the header’s picture',
      'End of the link “Track”',
      'Code that “Copy” copies',
    ]);
    expect(parameterPlace(shipped, 9)).toEqual({ part: 'other' });
  });

  it('shows what is filled in and what is missing', () => {
    expect(filledPieces(shipped.text, ['{{2}}', ''])).toEqual([
      { kind: 'text', text: 'Hi ' },
      { kind: 'value', number: 1, text: '{{2}}' },
      { kind: 'text', text: ', ' },
      { kind: 'missing', number: 2 },
      { kind: 'text', text: ' is on its way.' },
    ]);
    expect(filledText(shipped.text, [undefined, 'A1'])).toBe('Hi {{1}}, A1 is on its way.');
    expect(missingParameters(shipped, ['a', '', 'c'])).toEqual([2, 4, 5]);
    expect(missingParameters({ ...shipped, parameters: 0 }, [])).toEqual([]);
  });
});

describe('an import', () => {
  const running = { listed: 10, total: 40, started_at: '2026-11-21T10:00:00Z' };

  it.each([
    ['while it runs', running, 30_000],
    ['before the first page', { ...running, listed: 0 }, undefined],
    ['when nobody says how many there are', { ...running, total: 0 }, undefined],
    ['at its end', { ...running, listed: 40 }, undefined],
  ])('tells what is left %s', (_, progress, left) => {
    expect(importRest(progress, Date.parse('2026-11-21T10:00:10Z'))).toBe(left);
  });

  it('is offered where the provider lists templates of that channel type', () => {
    const channel = { kind: 'twilio', type: 'whatsapp' } as Parameters<typeof listsTemplates>[0];
    const provider = { name: 'twilio', imports_templates: ['whatsapp'] } as unknown as NonNullable<
      Parameters<typeof listsTemplates>[1]
    >[number];
    expect(listsTemplates(channel, [provider])).toBe(true);
    expect(listsTemplates({ ...channel, type: 'messenger' }, [provider])).toBe(false);
    expect(listsTemplates(channel, undefined)).toBe(false);
  });
});
