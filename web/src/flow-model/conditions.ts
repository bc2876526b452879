import { isObject, type Json, type JsonObject } from './json';
import { bracesOf, quoted, tokens } from './syntax';

/*
 * A condition's rules as an expression. Each rule has one expression that means
 * the same for every value a run may hold; where the type of the left side
 * allows it, that is the plain operator (country == "PH"), else one of the
 * functions that take any value (same, has, number, …). The way back is in
 * parse-condition.ts; nodes/testdata/conditions.json holds pairs that the
 * engine's tests prove to mean the same.
 */

/** The type of what an expression reads ("phone", "integer"); "any" when it is not known. */
export type TypeOf = (expression: string) => string;

export interface Rule extends JsonObject {
  type: 'rule';
  value: string;
  operator: string;
  to?: string;
}

export interface Group extends JsonObject {
  type: 'group';
  match?: string;
  rules: Json[];
}

const textTypes = new Set(['string', 'phone', 'email', 'date', 'datetime']);
const numberTypes = new Set(['integer', 'number']);

export const isTextType = (type: string) => textTypes.has(type);
export const isNumberType = (type: string) => numberTypes.has(type);

/** How tightly a piece binds: what stands looser than its surroundings needs brackets. */
const Level = { Or: 1, And: 2, Comparison: 3, Atom: 4 } as const;

interface Piece {
  text: string;
  level: number;
}

/** The expression that means the same as the rule, group or expression of a branch. */
export function conditionExpression(when: Json | undefined, typeOf: TypeOf): string {
  return pieceOf(when, typeOf).text;
}

function pieceOf(when: Json | undefined, typeOf: TypeOf): Piece {
  if (!isObject(when)) return { text: 'false', level: Level.Atom };
  switch (when.type) {
    case 'expression':
      return { text: textOf(when.expression), level: Level.Or };
    case 'group':
      return groupPiece(when, typeOf);
    default:
      return rulePiece(when, typeOf);
  }
}

function groupPiece(group: JsonObject, typeOf: TypeOf): Piece {
  const rules = Array.isArray(group.rules) ? group.rules : [];
  const level = group.match === 'any' || group.match === 'none' ? Level.Or : Level.And;
  const pieces = rules.map((rule) => pieceOf(rule, typeOf));
  const [only] = pieces;
  let joined: Piece;
  if (pieces.length === 0) joined = { text: String(level === Level.And), level: Level.Atom };
  else if (pieces.length === 1 && only) joined = only;
  else {
    const word = level === Level.Or ? ' or ' : ' and ';
    joined = { text: pieces.map((piece) => within(piece, Level.Comparison)).join(word), level };
  }
  return group.match === 'none' ? not(joined) : joined;
}

/** The piece's text, in brackets when it binds more loosely than `least`. */
function within(piece: Piece, least: number): string {
  return piece.level < least ? `(${piece.text})` : piece.text;
}

function not(piece: Piece): Piece {
  return { text: `not ${within(piece, Level.Atom)}`, level: Level.Comparison };
}

function rulePiece(rule: JsonObject, typeOf: TypeOf): Piece {
  const left = operandOf(textOf(rule.value), typeOf);
  const right = operandOf(textOf(rule.to), typeOf);
  const operator = textOf(rule.operator);
  switch (operator) {
    case 'equals':
      return equality(left, right, '==');
    case 'not_equals':
      return equality(left, right, '!=');
    case 'not_contains':
      return not(containing(left, right));
    case 'contains':
      return containing(left, right);
    case 'starts_with':
      return beginning(left, right, 'startsWith');
    case 'ends_with':
      return beginning(left, right, 'endsWith');
    case 'matches':
      return matching(left, right);
    case 'one_of':
      return oneOf(left, right);
    case 'not_one_of':
      return not(oneOf(left, right));
    case 'region_is':
      return region(left, right);
    case 'region_is_not':
      return not(region(left, right));
    case 'is_blank':
      return call('blank', left);
    case 'is_not_blank':
      return not(call('blank', left));
    case 'before':
      return comparison(call('moment', left).text, '<', call('moment', right).text);
    case 'after':
      return comparison(call('moment', left).text, '>', call('moment', right).text);
    case 'same_day':
      return sameDay(left, right);
    default:
      return ordering(left, right, orders[operator]);
  }
}

const orders: { [operator: string]: string } = {
  less_than: '<',
  at_most: '<=',
  greater_than: '>',
  at_least: '>=',
};

/** One side of a rule. */
interface Operand {
  /** The expression, in brackets where it stands beside an operator. */
  text: string;
  /** The text itself, when it holds no expression. */
  literal: string | undefined;
  type: string;
}

/** What a template gives, as an expression: a text, one expression with its type, or a text joined of both. */
function operandOf(template: string, typeOf: TypeOf): Operand {
  const braces = bracesOf(template);
  const [only] = braces;
  if (!only) return { text: quoted(template), literal: template, type: 'string' };
  const inner = (from: number, to: number) => template.slice(from, to).trim();
  if (braces.length === 1 && only.from === 0 && only.to === template.length) {
    const source = inner(only.inner.from, only.inner.to);
    return { text: isAtom(source) ? source : `(${source})`, literal: undefined, type: typeOf(source) };
  }
  const parts: string[] = [];
  let at = 0;
  for (const { from, to, inner: place } of braces) {
    if (from > at) parts.push(quoted(template.slice(at, from)));
    parts.push(`string(${inner(place.from, place.to)})`);
    at = to;
  }
  if (at < template.length) parts.push(quoted(template.slice(at)));
  return { text: `(${parts.join(' + ')})`, literal: undefined, type: 'string' };
}

/** Whether the source is a path, a call or a single value, which no operator can pull apart. */
function isAtom(source: string): boolean {
  let depth = 0;
  for (const [index, { kind, text }] of tokens(source).entries()) {
    if (kind === 'operator' && '([{'.includes(text)) depth++;
    else if (kind === 'operator' && ')]}'.includes(text)) depth--;
    else if (depth === 0 && kind === 'operator' && text !== '.' && text !== '?.') return false;
    else if (depth === 0 && kind === 'keyword' && index > 0) return false;
    else if (kind === 'broken' || kind === 'comment') return false;
  }
  return source !== '';
}

function equality(left: Operand, right: Operand, sign: '==' | '!='): Piece {
  const plain = plainEqual(left, right);
  if (plain !== undefined) return comparison(left.text, sign, plain);
  const piece = call('same', left, right);
  return sign === '==' ? piece : not(piece);
}

/** The right side as == takes it, when that means the same as comparing by number or as text. */
function plainEqual(left: Operand, right: Operand): string | undefined {
  if (right.literal === undefined) {
    return isNumberType(left.type) && isNumberType(right.type) ? right.text : undefined;
  }
  if (isNumberType(left.type)) return isPlainNumber(right.literal) ? right.literal : undefined;
  if (left.type === 'boolean')
    return right.literal === 'true' || right.literal === 'false' ? right.literal : undefined;
  if (isTextType(left.type)) return right.literal === '' ? undefined : right.text;
  return isPlainWord(right.literal) ? right.text : undefined;
}

/** Digits as both sides write them, so that they read back as they were. */
export function isPlainNumber(text: string): boolean {
  return /^(0|-?[1-9]\d{0,14}|-?(0|[1-9]\d{0,9})\.\d{0,5}[1-9])$/.test(text);
}

/** A word that no number, truth value, list or object is written as. */
export function isPlainWord(text: string): boolean {
  return /^\p{L}/u.test(text) && !/^(true|false|inf|infinity|nan)$/i.test(text.trim());
}

function containing(left: Operand, right: Operand): Piece {
  if (isTextType(left.type) && right.literal) return comparison(left.text, 'contains', right.text);
  return call('has', left, right);
}

function beginning(left: Operand, right: Operand, word: string): Piece {
  if (isTextType(left.type) && right.literal) return comparison(left.text, word, right.text);
  return comparison(asText(left), word, asText(right));
}

function matching(left: Operand, right: Operand): Piece {
  const plain = isTextType(left.type) && right.literal !== undefined && needsText(right.literal);
  return comparison(plain ? left.text : asText(left), 'matches', asText(right));
}

/** Whether the pattern surely does not match nothing at all, as far as a browser can tell. */
export function needsText(pattern: string): boolean {
  try {
    return !new RegExp(`^(?:${pattern})$`).test('');
  } catch {
    return false;
  }
}

function oneOf(left: Operand, right: Operand): Piece {
  const list = wordsOf(right.literal);
  if (list && isNumberType(left.type) && list.every(isPlainNumber)) {
    return comparison(left.text, 'in', `[${list.join(', ')}]`);
  }
  if (list && (isTextType(left.type) || list.every(isPlainWord))) {
    return comparison(left.text, 'in', `[${list.map(quoted).join(', ')}]`);
  }
  return call('oneOf', left, right);
}

function region(left: Operand, right: Operand): Piece {
  const country = `region(${bare(left)})`;
  const list = wordsOf(right.literal)?.map((code) => code.toUpperCase());
  if (!list) return { text: `oneOf(${country}, ${bare(right)})`, level: Level.Atom };
  const [only] = list;
  if (list.length === 1 && only) return comparison(country, '==', quoted(only));
  return comparison(country, 'in', `[${list.map(quoted).join(', ')}]`);
}

/** The words of a text between commas; undefined when there are none. */
function wordsOf(text: string | undefined): string[] | undefined {
  const words = text
    ?.split(',')
    .map((word) => word.trim())
    .filter(Boolean);
  return words?.length ? words : undefined;
}

function sameDay(left: Operand, right: Operand): Piece {
  const own = call('day', left).text;
  if (right.literal !== undefined && isDay(right.literal))
    return comparison(own, '==', quoted(right.literal));
  // Two values that are no dates are not on one day.
  return comparison(own, '==', `(day(${bare(right)}) ?? "")`);
}

export function isDay(text: string): boolean {
  const found = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text);
  const at = found && new Date(`${text}T00:00:00Z`);
  return Boolean(at) && !Number.isNaN(at?.getTime()) && at?.toISOString().slice(0, 10) === text;
}

function ordering(left: Operand, right: Operand, sign = '=='): Piece {
  const rightIsNumber = right.literal === undefined ? isNumberType(right.type) : isPlainNumber(right.literal);
  const number = right.literal !== undefined && rightIsNumber ? right.literal : undefined;
  if (isNumberType(left.type) && rightIsNumber) return comparison(left.text, sign, number ?? right.text);
  return comparison(call('number', left).text, sign, number ?? call('number', right).text);
}

function comparison(left: string, sign: string, right: string): Piece {
  return { text: `${left} ${sign} ${right}`, level: Level.Comparison };
}

function call(name: string, ...operands: Operand[]): Piece {
  return { text: `${name}(${operands.map(bare).join(', ')})`, level: Level.Atom };
}

/** The operand where commas or brackets hold it together. */
function bare({ text }: Operand): string {
  return text.startsWith('(') && text.endsWith(')') && isAtom(text) && closesAtEnd(text)
    ? text.slice(1, -1)
    : text;
}

function closesAtEnd(text: string): boolean {
  let depth = 0;
  for (const token of tokens(text)) {
    if (token.text === '(') depth++;
    else if (token.text === ')') depth--;
    if (depth === 0) return token.to === text.length;
  }
  return false;
}

function asText(operand: Operand): string {
  return operand.literal === undefined ? `string(${bare(operand)})` : operand.text;
}

function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}
