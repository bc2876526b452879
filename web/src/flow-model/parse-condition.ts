import {
  type Group,
  isDay,
  isNumberType,
  isPlainNumber,
  isPlainWord,
  isTextType,
  needsText,
  type Rule,
  type TypeOf,
} from './conditions';
import type { Json } from './json';
import { quoted, type Token, tokens, unquoted } from './syntax';

/*
 * An expression as rules: only where the rules mean the same whenever the
 * expression gives true or false. What cannot be shown stays an expression: the
 * whole of it, or one among the rules of a group.
 */

export type ParsedCondition =
  | { when: Rule | Group }
  | { problem: 'comment' | 'broken' | 'part'; part: string };

/** Thrown inside this file when a part cannot be shown as a rule. */
class NotARule {
  constructor(readonly part: string) {}
}

/** Reads an expression as rules and groups, or says which part of it is none. */
export function parseCondition(source: string, typeOf: TypeOf): ParsedCondition {
  const all = tokens(source);
  const comment = all.find((token) => token.kind === 'comment');
  if (comment) return { problem: 'comment', part: comment.text };
  if (all.length === 0 || all.some((token) => token.kind === 'broken') || !balanced(all)) {
    return { problem: 'broken', part: source };
  }
  const reader = new Reader(source, typeOf);
  try {
    return { when: reader.condition(all) };
  } catch (thrown) {
    if (thrown instanceof NotARule) return { problem: 'part', part: thrown.part };
    throw thrown;
  }
}

const negations: { [operator: string]: string } = {
  equals: 'not_equals',
  contains: 'not_contains',
  one_of: 'not_one_of',
  region_is: 'region_is_not',
  is_blank: 'is_not_blank',
};

class Reader {
  constructor(
    private readonly source: string,
    private readonly typeOf: TypeOf,
  ) {}

  condition(part: Token[]): Rule | Group {
    const inner = unwrapped(part);
    if (inner.length === 0) throw this.no(part);
    // These bind more loosely than anything that a rule can say.
    if (topLevel(inner, ['?', ':', ';', '|', ','])) throw this.no(inner);
    for (const [words, match] of [
      [['or', '||'], 'any'],
      [['and', '&&'], 'all'],
    ] as const) {
      const parts = split(inner, words);
      if (parts.length > 1) {
        return { type: 'group', match, rules: parts.map((other) => this.member(other)) };
      }
    }
    const [first, ...rest] = inner;
    if (first && (first.text === 'not' || first.text === '!')) return this.negated(rest, inner);
    return this.comparison(inner);
  }

  /** A part of a group: one that is no rule stays an expression among the rules. */
  private member(part: Token[]): Json {
    try {
      return this.condition(part);
    } catch (thrown) {
      if (!(thrown instanceof NotARule) || part.length === 0) throw thrown;
      return { type: 'expression', expression: this.text(unwrapped(part)) };
    }
  }

  /** `not` holds on to the next value only, so what follows has to be one: in brackets, or a call. */
  private negated(rest: Token[], all: Token[]): Rule | Group {
    if (rest.length === 0 || comparisonAt(rest) >= 0 || rest[0]?.kind === 'keyword') throw this.no(all);
    return this.turned(this.condition(rest));
  }

  private turned(inner: Rule | Group): Rule | Group {
    if (inner.type === 'group' && inner.match === 'any') return { ...inner, match: 'none' };
    const opposite = inner.type === 'rule' ? negations[inner.operator] : undefined;
    if (inner.type === 'rule' && opposite) return { ...inner, operator: opposite };
    return { type: 'group', match: 'none', rules: [inner] };
  }

  private comparison(part: Token[]): Rule | Group {
    const at = comparisonAt(part);
    if (at < 0) return this.alone(part);
    const sign = part[at] as Token;
    // x not in y
    const negated = part[at - 1]?.text === 'not';
    const left = part.slice(0, negated ? at - 1 : at);
    const right = part.slice(at + 1);
    if (left.length === 0 || right.length === 0 || comparisonAt(right) >= 0) throw this.no(part);
    const rule = this.compared(unwrapped(left), sign.text, unwrapped(right));
    if (!rule) throw this.no(part);
    return negated ? this.turned(rule) : rule;
  }

  private compared(left: Token[], sign: string, right: Token[]): Rule | Group | undefined {
    switch (sign) {
      case '==':
        return this.equal(left, right);
      case '!=': {
        const rule = this.equal(left, right);
        return rule && this.turned(rule);
      }
      case 'in':
        return this.listed(left, right);
      case 'contains':
      case 'startsWith':
      case 'endsWith':
        return this.textTest(left, sign, right);
      case 'matches':
        return this.matched(left, right);
      default:
        return this.ordered(left, sign, right);
    }
  }

  private equal(left: Token[], right: Token[]): Rule | undefined {
    const text = stringOf(right);
    const country = argumentsOf(left, 'region');
    if (country?.length === 1 && country[0] && text && /^[A-Z]{2}$/.test(text)) {
      return this.rule(country[0], 'region_is', text);
    }
    const day = argumentsOf(left, 'day');
    if (day?.length === 1 && day[0]) return this.sameDay(day[0], right);
    const type = this.type(left);
    if (text !== undefined) {
      const fits = isTextType(type)
        ? text !== ''
        : !isNumberType(type) && type !== 'boolean' && isPlainWord(text);
      return fits && !text.includes('{{') ? this.rule(left, 'equals', text) : undefined;
    }
    const number = numberOf(right);
    if (number !== undefined) return isNumberType(type) ? this.rule(left, 'equals', number) : undefined;
    if (isTruth(right))
      return type === 'boolean' ? this.rule(left, 'equals', right[0]?.text ?? '') : undefined;
    const bothNumbers = isNumberType(type) && isNumberType(this.type(right));
    return bothNumbers ? this.rule(left, 'equals', this.template(right)) : undefined;
  }

  private sameDay(left: Token[], right: Token[]): Rule | undefined {
    const text = stringOf(right);
    if (text !== undefined) return isDay(text) ? this.rule(left, 'same_day', text) : undefined;
    const parts = split(right, ['??']);
    const [first, second] = parts;
    const other = first && argumentsOf(unwrapped(first), 'day');
    if (parts.length !== 2 || other?.length !== 1 || !other[0] || !second || stringOf(second) !== '')
      return undefined;
    return this.rule(left, 'same_day', this.template(other[0]));
  }

  private listed(left: Token[], right: Token[]): Rule | undefined {
    const items = listOf(right);
    if (!items || items.length === 0) return undefined;
    const texts = items.map(stringOf);
    if (texts.every((text) => text !== undefined && text !== '' && !/[,{}]|^\s|\s$/.test(text))) {
      const words = texts as string[];
      const country = argumentsOf(left, 'region');
      if (country?.length === 1 && country[0]) {
        return words.every((word) => /^[A-Z]{2}$/.test(word))
          ? this.rule(country[0], 'region_is', words.join(', '))
          : undefined;
      }
      const type = this.type(left);
      const fits =
        isTextType(type) || (!isNumberType(type) && type !== 'boolean' && words.every(isPlainWord));
      return fits ? this.rule(left, 'one_of', words.join(', ')) : undefined;
    }
    const numbers = items.map(numberOf);
    const fits = isNumberType(this.type(left)) && numbers.every((number) => number !== undefined);
    return fits ? this.rule(left, 'one_of', numbers.join(', ')) : undefined;
  }

  private textTest(left: Token[], sign: string, right: Token[]): Rule | undefined {
    const operator = { contains: 'contains', startsWith: 'starts_with', endsWith: 'ends_with' }[sign] ?? '';
    const text = stringOf(right);
    const written = sign === 'contains' ? undefined : argumentsOf(left, 'string');
    if (written?.length === 1 && written[0]) {
      const other = argumentsOf(right, 'string')?.[0];
      if (text !== undefined && !text.includes('{{')) return this.rule(written[0], operator, text);
      return other ? this.rule(written[0], operator, this.template(other)) : undefined;
    }
    const type = this.type(left);
    const fits = text && !text.includes('{{') && !isNumberType(type) && type !== 'boolean';
    return fits ? this.rule(left, operator, text) : undefined;
  }

  private matched(left: Token[], right: Token[]): Rule | undefined {
    const pattern = stringOf(right);
    const written = argumentsOf(left, 'string')?.[0];
    if (pattern?.includes('{{')) return undefined;
    if (written) {
      if (pattern !== undefined) return this.rule(written, 'matches', pattern);
      const other = argumentsOf(right, 'string')?.[0];
      return other && this.rule(written, 'matches', this.template(other));
    }
    return pattern !== undefined && needsText(pattern) ? this.rule(left, 'matches', pattern) : undefined;
  }

  private ordered(left: Token[], sign: string, right: Token[]): Rule | undefined {
    const [before, after] = [this.momentOf(left), this.momentOf(right)];
    if (before && after) {
      const operator = { '<': 'before', '>': 'after' }[sign];
      return operator ? this.rule(before, operator, this.template(after)) : undefined;
    }
    const operator = { '<': 'less_than', '<=': 'at_most', '>': 'greater_than', '>=': 'at_least' }[sign];
    const [a, b] = [this.numeric(left), this.numeric(right)];
    return operator && a && b ? this.rule(a, operator, numberOf(b) ?? this.template(b)) : undefined;
  }

  /** What stands inside moment() or date(), or a call of now(). */
  private momentOf(part: Token[]): Token[] | undefined {
    const inside = argumentsOf(part, 'moment') ?? argumentsOf(part, 'date');
    if (inside) return inside.length === 1 ? inside[0] : undefined;
    return argumentsOf(part, 'now')?.length === 0 ? part : undefined;
  }

  /** What stands inside number(), or what is a number or may be one. */
  private numeric(part: Token[]): Token[] | undefined {
    const inside = argumentsOf(part, 'number');
    if (inside) return inside.length === 1 ? inside[0] : undefined;
    if (numberOf(part) !== undefined) return part;
    if (stringOf(part) !== undefined || this.momentOf(part)) return undefined;
    const type = this.type(part);
    return isNumberType(type) || type === 'any' ? part : undefined;
  }

  /** A condition without an operator: a call, or something that is true or false. */
  private alone(part: Token[]): Rule | Group {
    for (const [name, operator] of [
      ['same', 'equals'],
      ['has', 'contains'],
      ['oneOf', 'one_of'],
    ] as const) {
      const given = argumentsOf(part, name);
      const [value, to] = given ?? [];
      if (given?.length !== 2 || !value || !to) continue;
      const country = operator === 'one_of' ? argumentsOf(value, 'region')?.[0] : undefined;
      if (country) return this.rule(country, 'region_is', this.template(to));
      return this.rule(value, operator, this.template(to));
    }
    const blank = argumentsOf(part, 'blank');
    if (blank?.length === 1 && blank[0]) {
      return { type: 'rule', value: this.template(blank[0]), operator: 'is_blank' };
    }
    if (this.type(part) === 'boolean' && !isTruth(part)) return this.rule(part, 'equals', 'true');
    throw this.no(part);
  }

  private rule(value: Token[], operator: string, to: string): Rule {
    return { type: 'rule', value: this.template(value), operator, to };
  }

  private type(part: Token[]): string {
    return this.typeOf(this.text(part));
  }

  /** A value as the field of a rule holds it: a text as it is, all else in braces. */
  private template(part: Token[]): string {
    const inner = unwrapped(part);
    const text = stringOf(inner);
    if (text !== undefined && !text.includes('{{')) return text;
    return `{{${text === undefined ? this.text(inner) : quoted(text)}}}`;
  }

  private text(part: Token[]): string {
    return this.source.slice(part[0]?.from ?? 0, part.at(-1)?.to ?? 0);
  }

  private no(part: Token[]): NotARule {
    return new NotARule(this.text(part));
  }
}

const comparisons = ['==', '!=', '<', '<=', '>', '>=', 'in', 'contains', 'startsWith', 'endsWith', 'matches'];

/** The index of the last comparison outside brackets: operators of one level are read from the left. */
function comparisonAt(part: Token[]): number {
  let found = -1;
  walk(part, (token, index) => {
    if (token.kind !== 'string' && comparisons.includes(token.text))
      found = found < 0 ? index : Number.MAX_SAFE_INTEGER;
  });
  return found === Number.MAX_SAFE_INTEGER ? 0 : found;
}

/** Calls for each token outside brackets. */
function walk(part: Token[], visit: (token: Token, index: number) => void): void {
  let depth = 0;
  for (const [index, token] of part.entries()) {
    if (token.kind === 'operator' && ')]}'.includes(token.text)) depth--;
    if (depth === 0) visit(token, index);
    if (token.kind === 'operator' && '([{'.includes(token.text)) depth++;
  }
}

function topLevel(part: Token[], texts: readonly string[]): boolean {
  let found = false;
  walk(part, (token) => {
    if (token.text === 'let' || (token.kind === 'operator' && texts.includes(token.text))) found = true;
  });
  return found;
}

function split(part: Token[], words: readonly string[]): Token[][] {
  const parts: Token[][] = [];
  let from = 0;
  walk(part, (token, index) => {
    if (token.kind === 'string' || !words.includes(token.text)) return;
    parts.push(part.slice(from, index));
    from = index + 1;
  });
  parts.push(part.slice(from));
  return parts;
}

/** The part without brackets around the whole of it. */
function unwrapped(part: Token[]): Token[] {
  if (part[0]?.text !== '(' || part.at(-1)?.text !== ')') return part;
  let depth = 0;
  for (const [index, token] of part.entries()) {
    if (token.kind !== 'operator') continue;
    if ('([{'.includes(token.text)) depth++;
    else if (')]}'.includes(token.text)) depth--;
    if (depth === 0 && index < part.length - 1) return part;
  }
  return unwrapped(part.slice(1, -1));
}

function balanced(all: Token[]): boolean {
  const open: string[] = [];
  for (const { kind, text } of all) {
    if (kind !== 'operator') continue;
    if ('([{'.includes(text)) open.push({ '(': ')', '[': ']', '{': '}' }[text] ?? '');
    else if (')]}'.includes(text) && open.pop() !== text) return false;
  }
  return open.length === 0;
}

/** The arguments of a call of that function, when the part is nothing else. */
function argumentsOf(part: Token[], name: string): Token[][] | undefined {
  const [first, ...rest] = part;
  if (first?.text !== name || rest[0]?.text !== '(') return undefined;
  const inner = unwrapped(rest);
  if (inner.length === rest.length) return undefined;
  const whole = rest.slice(1, -1);
  return whole.length === 0 ? [] : split(whole, [',']);
}

function listOf(part: Token[]): Token[][] | undefined {
  if (part[0]?.text !== '[' || part.at(-1)?.text !== ']') return undefined;
  const inside = part.slice(1, -1);
  return inside.length === 0 ? [] : split(inside, [',']);
}

function stringOf(part: Token[]): string | undefined {
  const [only] = part;
  return part.length === 1 && only?.kind === 'string' ? unquoted(only.text) : undefined;
}

function numberOf(part: Token[]): string | undefined {
  const text = part.map((token) => token.text).join('');
  const isNumber =
    part.at(-1)?.kind === 'number' && (part.length === 1 || (part.length === 2 && part[0]?.text === '-'));
  return isNumber && isPlainNumber(text) ? text : undefined;
}

function isTruth(part: Token[]): boolean {
  return (
    part.length === 1 && (part[0]?.text === 'true' || part[0]?.text === 'false') && part[0].kind === 'keyword'
  );
}
