import { describe, expect, it } from 'vitest';
import corpus from '../../../nodes/testdata/conditions.json';
import { conditionExpression } from './conditions';
import type { Json } from './json';
import { parseCondition } from './parse-condition';

/** The engine's tests prove that each pair means the same. */
const pairs = corpus as { when: Json; expression: string; back?: Json }[];

const typesOfNames: { [name: string]: string } = {
  text: 'string',
  phone: 'phone',
  n: 'number',
  'n + 0': 'number',
  yes: 'boolean',
  day: 'date',
};
const typeOf = (expression: string) => typesOfNames[expression] ?? 'any';
const parsed = (source: string) => parseCondition(source, typeOf);

describe('a condition', () => {
  it.each(pairs)('of rules is written as $expression', ({ when, expression }) => {
    expect(conditionExpression(when, typeOf)).toBe(expression);
  });

  it.each(pairs)('is read back from $expression', ({ when, expression, back = when }) => {
    expect(parsed(expression)).toEqual({ when: back });
  });

  it.each([
    ['text == "PH" && !blank(j)', 'all', 2],
    ['n > 1 or n < 0 or yes', 'any', 3],
  ])('that somebody wrote as %s is shown as rules', (source, match, count) => {
    const { when } = parsed(source) as { when: { match: string; rules: Json[] } };
    expect(when.match).toBe(match);
    expect(when.rules).toHaveLength(count);
  });

  it.each([
    ['steps["a-b"].status == "read"', { value: '{{steps["a-b"].status}}', operator: 'equals', to: 'read' }],
    ['now() > date("2026-01-31")', { value: '{{now()}}', operator: 'after', to: '2026-01-31' }],
    ['text not in ["a", "b"]', { value: '{{text}}', operator: 'not_one_of', to: 'a, b' }],
    ['not yes', { value: '{{yes}}', operator: 'not_equals', to: 'true' }],
    ['((n)) >= (2)', { value: '{{n}}', operator: 'at_least', to: '2' }],
    ["text != 'it\\'s'", { value: '{{text}}', operator: 'not_equals', to: "it's" }],
  ])('shows %s as one rule', (source, rule) => {
    expect(parsed(source)).toEqual({ when: { type: 'rule', ...rule } });
  });

  it.each([
    // It would hold for other values than the rule.
    'text == ""',
    'n == "5"',
    'j == 5',
    'j == "5"',
    'text == true',
    'j',
    'text < "b"',
    'text matches ".*"',
    'j in [1, 2]',
    'text in []',
    'text in ["a, b", "c"]',
    'day == nil',
    'text == "{{x}}"',
    'moment(day) <= moment("2026-01-31")',
    // No rule says this.
    'n % 2 == 0 ? yes : false',
    'let a = n; a > 1',
    'not n > 1',
    'n < 5 == yes',
    '[1, 2]',
    'true',
  ])('keeps %s as an expression', (source) => {
    expect(parsed(source)).toEqual({ problem: 'part', part: source });
  });

  it('keeps what is not finished, and what would lose a remark', () => {
    expect(parsed('text == "')).toMatchObject({ problem: 'broken' });
    expect(parsed('(n > 1')).toMatchObject({ problem: 'broken' });
    expect(parsed('  ')).toMatchObject({ problem: 'broken' });
    expect(parsed('n > 1 // more than one')).toMatchObject({ problem: 'comment' });
  });

  it('keeps only the part that is no rule as an expression', () => {
    expect(parsed('n > 1 and len(j) == 2')).toEqual({
      when: {
        type: 'group',
        match: 'all',
        rules: [
          { type: 'rule', value: '{{n}}', operator: 'greater_than', to: '1' },
          { type: 'expression', expression: 'len(j) == 2' },
        ],
      },
    });
  });
});
