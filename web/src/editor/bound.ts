import type { Bound } from './store';

/** The worst case of a flow in words, and what that means. */
export function boundWords(bound: Bound | null): { words: string; help: string } {
  if (!bound) {
    return {
      words: 'Worst case: known without errors',
      help: 'How many steps, messages and how much time one run can take at most is known once the errors are gone.',
    };
  }
  const steps = plural(bound.steps, 'step');
  const messages = plural(bound.messages, 'message');
  const time = bound.unbounded ? 'no limit in time' : bound.duration;
  const about = bound.at_most ? ' The true worst case may be smaller.' : '';
  const reason = bound.unbounded && bound.reason ? ` There is no limit in time: ${bound.reason}.` : '';
  return {
    words: `Worst case: ${bound.at_most ? 'at most ' : ''}${steps}, ${messages}, ${time}`,
    help: `One run takes at most ${steps} and sends at most ${messages}; waiting takes at most ${time}.${reason}${about}`,
  };
}

function plural(n: number, word: string): string {
  const number = n.toLocaleString('en-US');
  return n === 1 ? `${number} ${word}` : `${number} ${word}s`;
}
