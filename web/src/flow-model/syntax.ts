/** A piece of an expression's source. Spaces are not tokens. */
export interface Token {
  kind: 'name' | 'keyword' | 'number' | 'string' | 'operator' | 'comment' | 'broken';
  text: string;
  from: number;
  to: number;
}

/** The words that the grammar keeps for itself. */
const keywords = new Set([
  'and',
  'or',
  'not',
  'in',
  'contains',
  'matches',
  'startsWith',
  'endsWith',
  'let',
  'if',
  'else',
  'true',
  'false',
  'nil',
]);

const patterns: [Token['kind'], RegExp][] = [
  ['comment', /\/\*[\s\S]*?\*\/|\/\/[^\n]*/y],
  ['string', /"(?:\\[\s\S]|[^"\\])*"|'(?:\\[\s\S]|[^'\\])*'|`(?:``|[^`])*`/y],
  ['number', /0[xX][0-9a-fA-F_]+|\d[\d_]*(?:\.(?!\.)\d[\d_]*)?(?:[eE][+-]?\d+)?/y],
  ['name', /[\p{L}_$#][\p{L}\p{N}_$]*/uy],
  ['operator', /\?\?|\?\.|\.\.|\*\*|==|!=|<=|>=|&&|\|\||[-+*/%^<>=!?:.,;|()[\]{}]/y],
];

/** Cuts an expression into tokens. What fits nowhere, an open quote for instance, is one broken token to the end. */
export function tokens(source: string): Token[] {
  const found: Token[] = [];
  let at = 0;
  while (at < source.length) {
    const space = /\s+/y;
    space.lastIndex = at;
    if (space.test(source)) {
      at = space.lastIndex;
      continue;
    }
    const token = tokenAt(source, at);
    found.push(token);
    at = token.to;
  }
  return found;
}

function tokenAt(source: string, from: number): Token {
  for (const [kind, pattern] of patterns) {
    pattern.lastIndex = from;
    const text = pattern.exec(source)?.[0];
    if (!text) continue;
    return {
      kind: kind === 'name' && keywords.has(text) ? 'keyword' : kind,
      text,
      from,
      to: from + text.length,
    };
  }
  return { kind: 'broken', text: source.slice(from), from, to: source.length };
}

/** Something an expression reads: a root name and the constant member names below it. */
export interface Reference {
  path: string[];
  /** Where each name stands in the source, quotes of `["name"]` left out. */
  places: { from: number; to: number }[];
  /** Where the whole of it ends, closing bracket included. */
  to: number;
}

/** What the expression reads: variables, steps and so on; not functions, and not what it names itself. */
export function references(source: string): Reference[] {
  const all = tokens(source).filter((token) => token.kind !== 'comment');
  const own = new Set<string>();
  const brackets: string[] = [];
  const found: Reference[] = [];
  for (const [index, token] of all.entries()) {
    const before = all[index - 1];
    const after = all[index + 1];
    if (token.kind === 'operator') {
      if ('([{'.includes(token.text)) brackets.push(token.text);
      else if (')]}'.includes(token.text)) brackets.pop();
    }
    if (token.kind !== 'name' || token.text.startsWith('#')) continue;
    if (before?.text === '.' || before?.text === '?.' || after?.text === '(') continue;
    if (before?.text === 'let') {
      own.add(token.text);
      continue;
    }
    const isKey =
      brackets.at(-1) === '{' && (before?.text === '{' || before?.text === ',') && after?.text === ':';
    if (!isKey && !own.has(token.text)) found.push(referenceAt(all, index));
  }
  return found;
}

function referenceAt(all: readonly Token[], index: number): Reference {
  const root = all[index] as Token;
  const reference: Reference = { path: [root.text], places: [root], to: root.to };
  for (let next = index + 1; ; ) {
    const [first, second, third] = [all[next], all[next + 1], all[next + 2]];
    // A method is called, not read.
    if ((first?.text === '.' || first?.text === '?.') && second?.kind === 'name' && third?.text !== '(') {
      add(reference, second.text, second.from, second.to, second.to);
      next += 2;
    } else if (first?.text === '[' && second?.kind === 'string' && third?.text === ']') {
      add(reference, unquoted(second.text), second.from + 1, second.to - 1, third.to);
      next += 3;
    } else return reference;
  }
}

function add(reference: Reference, name: string, from: number, to: number, end: number): void {
  reference.path.push(name);
  reference.places.push({ from, to });
  reference.to = end;
}

/** The text that a quoted token stands for. */
export function unquoted(quoted: string): string {
  const inside = quoted.slice(1, -1);
  if (quoted.startsWith('`')) return inside.replaceAll('``', '`');
  return inside.replace(/\\(u[0-9a-fA-F]{4}|[\s\S])/g, (_, escaped: string) => {
    if (escaped.startsWith('u') && escaped.length > 1)
      return String.fromCharCode(Number.parseInt(escaped.slice(1), 16));
    return { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f', v: '\v', a: '\u0007' }[escaped] ?? escaped;
  });
}

/** A text as an expression writes it. */
export function quoted(text: string): string {
  return JSON.stringify(text).replaceAll('\u007f', '\\u007f');
}

/** One `{{ … }}` of a template, or one that is still open. */
export interface Braces {
  /** Where `{{` begins and where `}}` ends. */
  from: number;
  to: number;
  /** Where the expression stands. */
  inner: { from: number; to: number };
  closed: boolean;
}

/** The expressions of a template, found as the engine finds them: `}}` inside quotes or an object's own braces does not close. */
export function bracesOf(text: string): Braces[] {
  const found: Braces[] = [];
  for (let at = 0; ; ) {
    const from = text.indexOf('{{', at);
    if (from < 0) return found;
    const end = closing(text, from + 2);
    const to = end < 0 ? text.length : end + 2;
    found.push({ from, to, inner: { from: from + 2, to: end < 0 ? text.length : end }, closed: end >= 0 });
    at = to;
  }
}

function closing(text: string, start: number): number {
  let open = 0;
  for (let at = start; at < text.length; at++) {
    const sign = text[at] as string;
    if (`"'\``.includes(sign)) {
      const string = patterns[1]?.[1] as RegExp;
      string.lastIndex = at;
      const all = string.exec(text)?.[0];
      if (!all) return -1;
      at += all.length - 1;
    } else if (text.startsWith('/*', at)) {
      const end = text.indexOf('*/', at + 2);
      if (end < 0) return -1;
      at = end + 1;
    } else if (sign === '{') open++;
    else if (sign === '}') {
      if (open === 0 && text[at + 1] === '}') return at;
      open = Math.max(open - 1, 0);
    }
  }
  return -1;
}

/** The text with each reference's names replaced: `rename` gives the new names of a path, or undefined to leave it. */
export function withRenamed(
  source: string,
  rename: (path: readonly string[]) => { index: number; name: string } | undefined,
): string {
  let text = source;
  for (const reference of references(source).reverse()) {
    const change = rename(reference.path);
    const place = change && reference.places[change.index];
    if (place) text = text.slice(0, place.from) + change.name + text.slice(place.to);
  }
  return text;
}
