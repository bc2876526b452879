/** An expression that is being typed: where its braces begin, and what stands between them and the caret. */
export interface OpenBraces {
  start: number;
  query: string;
}

/** Whether the caret stands inside `{{ …` that asks for a name. */
export function openBraces(text: string, caret: number): OpenBraces | undefined {
  const start = text.lastIndexOf('{{', caret - 1);
  if (start < 0 || start + 2 > caret) return undefined;
  const inside = text.slice(start + 2, caret);
  // Anything but a name so far is an expression that somebody writes by hand.
  if (!/^\s*[\w.]*$/.test(inside)) return undefined;
  return { start, query: inside.trim() };
}

export interface Insertion {
  text: string;
  caret: number;
}

/** The text with {{expression}} in place of what was typed since the braces, closing braces included. */
export function completed(text: string, open: OpenBraces, caret: number, expression: string): Insertion {
  const after = text.slice(caret).replace(/^[\w.]*\s*\}\}/, '');
  return joined(text.slice(0, open.start), `{{${expression}}}`, after);
}

/** The text with the piece in place of the selection. */
export function inserted(text: string, from: number, to: number, piece: string): Insertion {
  return joined(text.slice(0, from), piece, text.slice(to));
}

function joined(before: string, piece: string, after: string): Insertion {
  return { text: before + piece + after, caret: before.length + piece.length };
}
