import { t } from '@lingui/core/macro';
import { formatDuration } from './duration';
import { shownLocale } from './locale';

const minute = 60_000;
const hour = 60 * minute;

/** Writes when something happened, seen from `now`: "just now", "5 min ago", "today 14:03", "12 Nov 14:03", "12 Nov 2025". */
export function formatMoment(iso: string, now: number): string {
  const time = new Date(iso);
  const age = now - time.getTime();
  if (Number.isNaN(age)) return '';
  // A server clock that is a little ahead is not worth a word.
  if (age < 10_000 && age > -minute) return t`just now`;
  if (age >= 0 && age < hour) {
    const duration = formatDuration(age < minute ? age : Math.floor(age / minute) * minute);
    return t`${duration} ago`;
  }
  const clock = formatClock(iso, { seconds: false });
  const today = new Date(now);
  if (time.toDateString() === today.toDateString()) return t`today ${clock}`;
  return time.getFullYear() === today.getFullYear()
    ? `${formatDay(time, { month: 'short' })} ${clock}`
    : formatDay(time, { month: 'short', year: 'numeric' });
}

/** Writes a moment of any time, seen from `now`: "14:05", "24 Nov 14:05", "24 Nov 2027 14:05". */
export function formatShort(iso: string, now: number): string {
  const time = new Date(iso);
  if (Number.isNaN(time.getTime())) return '';
  const clock = formatClock(iso, { seconds: false });
  const today = new Date(now);
  if (time.toDateString() === today.toDateString()) return clock;
  const sameYear = time.getFullYear() === today.getFullYear();
  return `${formatDay(time, { month: 'short', ...(sameYear ? {} : { year: 'numeric' }) })} ${clock}`;
}

/** Writes the local time of day, "14:03:09". */
export function formatClock(iso: string, { seconds = true } = {}): string {
  const time = new Date(iso);
  if (Number.isNaN(time.getTime())) return '';
  const parts = [time.getHours(), time.getMinutes(), ...(seconds ? [time.getSeconds()] : [])];
  return parts.map((part) => String(part).padStart(2, '0')).join(':');
}

/** Writes date and time in full, for tooltips. */
export function formatFull(iso: string): string {
  const time = new Date(iso);
  if (Number.isNaN(time.getTime())) return '';
  return new Intl.DateTimeFormat(shownLocale(), {
    dateStyle: 'medium',
    timeStyle: 'medium',
    hourCycle: 'h23',
  }).format(time);
}

function formatDay(time: Date, parts: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat(shownLocale(), { day: 'numeric', ...parts }).format(time);
}
