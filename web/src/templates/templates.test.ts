import { describe, expect, it } from 'vitest';
import { checkTemplate, emptyTemplate, newTemplateBody, readTemplate, templatePatch } from './form';
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
