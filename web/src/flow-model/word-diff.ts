/** A piece of a text that stayed, came or went. */
export interface TextPiece {
  kind: 'same' | 'added' | 'removed';
  text: string;
}

/** More words than this are not compared one by one: what is between the common ends is shown as a whole. */
const mostWords = 600;

/**
 * Two texts word by word: the pieces of kind same and removed, joined, are
 * `before`; those of kind same and added are `after`.
 */
export function wordDiff(before: string, after: string): TextPiece[] {
  const olds = wordsOf(before);
  const news = wordsOf(after);
  let start = 0;
  while (start < olds.length && start < news.length && olds[start] === news[start]) start++;
  let end = 0;
  while (
    end < olds.length - start &&
    end < news.length - start &&
    olds[olds.length - 1 - end] === news[news.length - 1 - end]
  )
    end++;
  const pieces: TextPiece[] = [];
  push(pieces, 'same', olds.slice(0, start));
  middle(pieces, olds.slice(start, olds.length - end), news.slice(start, news.length - end));
  push(pieces, 'same', olds.slice(olds.length - end));
  return pieces;
}

function middle(pieces: TextPiece[], olds: string[], news: string[]): void {
  if (olds.length > mostWords || news.length > mostWords) {
    push(pieces, 'removed', olds);
    push(pieces, 'added', news);
    return;
  }
  const common = longestCommon(olds, news);
  let [i, j] = [0, 0];
  while (i < olds.length || j < news.length) {
    const old = olds[i];
    const now = news[j];
    if (old !== undefined && now !== undefined && old === now) {
      push(pieces, 'same', [old]);
      i++;
      j++;
    } else if (now === undefined || (old !== undefined && at(common, i + 1, j) >= at(common, i, j + 1))) {
      push(pieces, 'removed', [old as string]);
      i++;
    } else {
      push(pieces, 'added', [now]);
      j++;
    }
  }
}

/** How many words the ends of both lists from [i][j] on have in common. */
function longestCommon(olds: string[], news: string[]): Uint16Array[] {
  const rows = Array.from({ length: olds.length + 1 }, () => new Uint16Array(news.length + 1));
  for (let i = olds.length - 1; i >= 0; i--) {
    for (let j = news.length - 1; j >= 0; j--) {
      const row = rows[i] as Uint16Array;
      row[j] =
        olds[i] === news[j] ? at(rows, i + 1, j + 1) + 1 : Math.max(at(rows, i + 1, j), at(rows, i, j + 1));
    }
  }
  return rows;
}

function at(rows: Uint16Array[], i: number, j: number): number {
  return rows[i]?.[j] ?? 0;
}

function push(pieces: TextPiece[], kind: TextPiece['kind'], words: string[]): void {
  if (words.length === 0) return;
  const last = pieces.at(-1);
  if (last?.kind === kind) last.text += words.join('');
  else pieces.push({ kind, text: words.join('') });
}

/** An expression, white space, one ideograph or kana, a word, or any one sign. */
const word =
  /\{\{[^{}]*\}\}|\s+|[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]|[\p{L}\p{N}\p{M}_]+|[\s\S]/gu;

/** The words of a text in any script; an expression is one word, so that it is never cut. */
function wordsOf(text: string): string[] {
  return text.match(word) ?? [];
}
