import { describe, expect, it } from 'vitest';
import { randomOf } from './random-edits';
import { type TextPiece, wordDiff } from './word-diff';

const side = (pieces: TextPiece[], kind: 'added' | 'removed') =>
  pieces
    .filter((piece) => piece.kind === 'same' || piece.kind === kind)
    .map((piece) => piece.text)
    .join('');

describe('wordDiff', () => {
  it.each([
    ['Your code is 1', 'Your new code is 2', '=Your +new =code is -1 +2'],
    ['Hi {{first_name}}', 'Hi {{name}}', '=Hi -{{first_name}} +{{name}}'],
    ['', 'Hello', '+Hello'],
    ['Hello', '', '-Hello'],
    ['same', 'same', '=same'],
  ])('%j became %j', (before, after, shown) => {
    const signs = { same: '=', added: '+', removed: '-' };
    const pieces = wordDiff(before, after);
    const words = (text: string) => text.replace(/\s+/g, ' ').trim();
    expect(words(pieces.map(({ kind, text }) => `${signs[kind]}${text}`).join(' '))).toBe(shown);
  });

  it('holds both texts, whatever they are', () => {
    const words = ['a', 'b ', ' c', '你好', '\n', '{{x}}', '{{', 'é', '🙂'];
    for (let seed = 0; seed < 300; seed++) {
      const random = randomOf(seed);
      const text = () =>
        Array.from(
          { length: Math.floor(random() * 30) },
          () => words[Math.floor(random() * words.length)],
        ).join('');
      const [before, after] = [text(), text()];
      const pieces = wordDiff(before, after);
      expect(side(pieces, 'removed'), `seed ${seed}`).toBe(before);
      expect(side(pieces, 'added'), `seed ${seed}`).toBe(after);
    }
  });

  it('bounds its work on long texts', () => {
    const [before, after] = ['a '.repeat(20_000), 'b '.repeat(20_000)];
    expect(wordDiff(before, after).map((piece) => piece.kind)).toEqual(['removed', 'added', 'same']);
  });
});
