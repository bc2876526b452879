import { describe, expect, it } from 'vitest';
import { bracesOf, quoted, references, tokens, unquoted, withRenamed } from './syntax';

const read = (source: string) => references(source).map(({ path }) => path.join('.'));

describe('tokens', () => {
  it('cuts an expression into its pieces', () => {
    expect(tokens('a.b ?? "x\\"" in [1.5, 1..3] // end').map(({ kind, text }) => `${kind} ${text}`)).toEqual([
      'name a',
      'operator .',
      'name b',
      'operator ??',
      'string "x\\""',
      'keyword in',
      'operator [',
      'number 1.5',
      'operator ,',
      'number 1',
      'operator ..',
      'number 3',
      'operator ]',
      'comment // end',
    ]);
  });

  it('takes an open quote as one broken piece', () => {
    expect(tokens('a + "b').map(({ kind }) => kind)).toEqual(['name', 'operator', 'broken']);
  });
});

describe('references', () => {
  it.each([
    ['name', ['name']],
    ['upper(name) + contact.first.name', ['name', 'contact.first.name']],
    ['steps["a-b"].status', ['steps.a-b.status']],
    ['date(day).Year()', ['day']],
    ['{name: value, "x": other}', ['value', 'other']],
    ['a ? b : c', ['a', 'b', 'c']],
    ['let a = b; a + c', ['b', 'c']],
    ['filter(list, #.name == name)', ['list', 'name']],
    ['"name" contains name', ['name']],
    ['größe + 1', ['größe']],
  ])('of %s are %j', (source, expected) => expect(read(source)).toEqual(expected));
});

describe('withRenamed', () => {
  const rename = (source: string) =>
    withRenamed(source, ([root]) => (root === 'a' ? { index: 0, name: 'longer' } : undefined));
  it.each([
    ['a + a.b', 'longer + longer.b'],
    ['x.a + {a: a} + "a" + a(1)', 'x.a + {a: longer} + "a" + a(1)'],
    ['let a = 1; a', 'let a = 1; a'],
  ])('changes %s to %s', (source, expected) => expect(rename(source)).toBe(expected));
});

describe('bracesOf', () => {
  it.each([
    ['Hi {{name}}, {{ {"a": {"b": 1}} }}!', ['name', ' {"a": {"b": 1}} ']],
    ['{{ "}}" }}', [' "}}" ']],
    ['{{ /* }} */ x }}', [' /* }} */ x ']],
    ['plain } } text', []],
  ])('finds the expressions of %s', (text, expected) => {
    expect(bracesOf(text).map(({ inner }) => text.slice(inner.from, inner.to))).toEqual(expected);
  });

  it('says which one is open', () => {
    expect(bracesOf('a {{b}} {{ c')).toMatchObject([{ closed: true }, { closed: false, from: 8, to: 12 }]);
    expect(bracesOf('{{ "a }}')).toMatchObject([{ closed: false }]);
  });
});

it('quotes texts so that they read back', () => {
  for (const text of ['', 'a"b\\c', "it's", 'line\nbreak\ttab', '👍 ß \u0001'])
    expect(unquoted(quoted(text))).toBe(text);
  expect(unquoted('`a``b`')).toBe('a`b');
  expect(unquoted("'it\\'s'")).toBe("it's");
});
