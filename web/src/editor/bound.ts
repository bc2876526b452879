import { plural, t } from '@lingui/core/macro';
import { formatDuration, parseDuration } from '@/format/duration';
import type { Bound } from './store';

/** The worst case of a flow in words, and what that means. */
export function boundWords(bound: Bound | null): { words: string; help: string } {
  if (!bound) {
    return {
      words: t`Worst case: known once the errors are fixed`,
      help: t`How many steps, messages and how much time one run can take at most is known once the errors are gone.`,
    };
  }
  const steps = plural(bound.steps, { one: '# step', other: '# steps' });
  const messages = plural(bound.messages, { one: '# message', other: '# messages' });
  const time = bound.unbounded ? t`no limit in time` : spoken(bound.duration);
  const help = [
    t`One run takes at most ${steps} and sends at most ${messages}; waiting takes at most ${time}.`,
    bound.unbounded && bound.reason ? t`There is no limit in time: ${bound.reason}.` : '',
    bound.at_most ? t`The true worst case may be smaller.` : '',
  ];
  return {
    words: bound.at_most
      ? t`Worst case: at most ${steps}, ${messages}, ${time}`
      : t`Worst case: ${steps}, ${messages}, ${time}`,
    help: help.filter(Boolean).join(' '),
  };
}

function spoken(duration: string): string {
  const milliseconds = parseDuration(duration);
  return milliseconds === undefined ? duration : formatDuration(milliseconds);
}
