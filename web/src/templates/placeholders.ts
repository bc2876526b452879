import { t } from '@lingui/core/macro';
/** A piece of a template's text: literal, or where parameter `number` (from 1) goes. */
export type Piece = { text: string } | { number: number };

/** Splits a template's text at its {{1}}, {{2}} … */
export function pieces(text: string): Piece[] {
  const found: Piece[] = [];
  let end = 0;
  for (const match of text.matchAll(/\{\{\s*([1-9]\d{0,2})\s*\}\}/g)) {
    if (match.index > end) found.push({ text: text.slice(end, match.index) });
    found.push({ number: Number(match[1]) });
    end = match.index + match[0].length;
  }
  if (end < text.length) found.push({ text: text.slice(end) });
  return found;
}

/** How many parameters a message made of this text needs: the highest number in it. */
export function parameterCount(text: string): number {
  return Math.max(0, ...pieces(text).map((piece) => ('number' in piece ? piece.number : 0)));
}

/** What is wrong with the placeholders; undefined when nothing is. */
export function placeholderProblem(text: string): string | undefined {
  const numbers = new Set(pieces(text).flatMap((piece) => ('number' in piece ? [piece.number] : [])));
  const count = parameterCount(text);
  for (let number = 1; number <= count; number += 1)
    if (!numbers.has(number)) return missing(`{{${number}}}`);
  const odd = /\{\{(?!\s*[1-9]\d{0,2}\s*\}\})[^}]*\}\}/.exec(text);
  if (odd) return noPlaceholder(odd[0]);
  return undefined;
}

function missing(placeholder: string): string {
  return t`${placeholder} is missing: placeholders count from 1 without a gap.`;
}

function noPlaceholder(found: string): string {
  const [first, second] = ['{{1}}', '{{2}}'];
  return t`${found} is no placeholder: write ${first}, ${second} and so on. Flows fill them in.`;
}

/** The text as a person would get it, with what is not given left as {{n}}. */
export function fill(text: string, parameters: readonly string[]): string {
  return pieces(text)
    .map((piece) => ('text' in piece ? piece.text : parameters[piece.number - 1] || `{{${piece.number}}}`))
    .join('');
}

/** The text with the next placeholder put in place of the selection, and where the caret goes then. */
export function insertPlaceholder(text: string, from: number, to: number): { text: string; caret: number } {
  const placeholder = `{{${parameterCount(text) + 1}}}`;
  return { text: text.slice(0, from) + placeholder + text.slice(to), caret: from + placeholder.length };
}
