import { plural } from '@lingui/core/macro';

/** The units that people write durations in, the largest first, in milliseconds. */
const units = [
  { unit: 'd', ms: 86_400_000, words: ['d', 'day', 'days'] },
  { unit: 'h', ms: 3_600_000, words: ['h', 'hr', 'hrs', 'hour', 'hours'] },
  { unit: 'm', ms: 60_000, words: ['m', 'min', 'mins', 'minute', 'minutes'] },
  { unit: 's', ms: 1_000, words: ['s', 'sec', 'secs', 'second', 'seconds'] },
  { unit: 'ms', ms: 1, words: ['ms', 'millisecond', 'milliseconds'] },
] as const;

const week = { ms: 7 * 86_400_000, words: ['w', 'week', 'weeks'] };

/**
 * Reads a duration as people write it, "30s", "2 min", "1h 30m", "1.5 hours", "90",
 * in milliseconds; undefined when it is none. A number alone is seconds, or of
 * the unit below the one before it ("1h30").
 */
export function readDuration(text: string): number | undefined {
  const trimmed = text.trim().toLowerCase().replaceAll(',', '.');
  if (!/^(\d+(\.\d+)?\s*(\p{L}+)?\s*)+$/u.test(trimmed)) return undefined;
  let total = 0;
  let last: number | undefined;
  for (const [, amount, word] of trimmed.matchAll(/(\d+(?:\.\d+)?)\s*(\p{L}+)?/gu)) {
    const size = word === undefined ? below(last) : sizeOf(word);
    if (size === undefined || (last !== undefined && size >= last)) return undefined;
    total += Number(amount) * size;
    last = size;
  }
  return Number.isFinite(total) ? Math.round(total) : undefined;
}

function sizeOf(word: string): number | undefined {
  if (week.words.includes(word)) return week.ms;
  return units.find(({ words }) => (words as readonly string[]).includes(word))?.ms;
}

function below(last: number | undefined): number | undefined {
  if (last === undefined) return 1_000;
  return units.find(({ ms }) => ms < last)?.ms;
}

/** The duration as flows hold it: "1h30m", "90s" as "1m30s", "0s". */
export function writeDuration(ms: number): string {
  const parts = partsOf(ms).map(({ amount, unit }) => `${amount}${unit}`);
  return parts.length > 0 ? parts.join('') : '0s';
}

/** The duration in words: "1 hour 30 minutes". */
export function durationWords(ms: number): string {
  const words = partsOf(ms).map(({ amount, unit }) => {
    switch (unit) {
      case 'd':
        return plural(amount, { one: '# day', other: '# days' });
      case 'h':
        return plural(amount, { one: '# hour', other: '# hours' });
      case 'm':
        return plural(amount, { one: '# minute', other: '# minutes' });
      case 's':
        return plural(amount, { one: '# second', other: '# seconds' });
      default:
        return plural(amount, { one: '# millisecond', other: '# milliseconds' });
    }
  });
  return words.length > 0 ? words.join(' ') : plural(0, { one: '# second', other: '# seconds' });
}

function partsOf(ms: number): { amount: number; unit: (typeof units)[number]['unit'] }[] {
  let rest = ms;
  return units.flatMap(({ unit, ms: size }) => {
    const amount = Math.floor(rest / size);
    rest -= amount * size;
    return amount > 0 ? [{ amount, unit }] : [];
  });
}

/**
 * One step more or less, in the smallest unit that the duration is written in:
 * 30 s steps by 5 s, 2 min by 1 min, 1 h 30 min by 5 min. Never below zero.
 */
export function steppedDuration(ms: number, direction: 1 | -1, large = false): number {
  const smallest = partsOf(ms).at(-1)?.unit ?? 's';
  const size = units.find(({ unit }) => unit === smallest)?.ms ?? 1_000;
  const fine = smallest === 's' || (smallest === 'm' && ms >= 3_600_000);
  const step = size * (fine ? 5 : 1) * (large ? 6 : 1);
  // Going down from one minute goes on in seconds.
  const down = direction < 0 && ms <= step ? Math.max(1, Math.floor(ms / 2)) : step;
  return Math.max(0, ms + direction * (direction < 0 ? roundedDown(down) : step));
}

function roundedDown(ms: number): number {
  return ms >= 1_000 ? Math.floor(ms / 1_000) * 1_000 : ms;
}
