import { formatDuration } from './duration';

const minute = 60_000;
const hour = 60 * minute;

/** Writes when something happened, seen from `now`: "just now", "5 min ago", "14:03", "12 Nov 14:03", "12 Nov 2025". */
export function formatMoment(iso: string, now: number): string {
  const time = new Date(iso);
  const age = now - time.getTime();
  if (Number.isNaN(age)) return '';
  // A server clock that is a little ahead is not worth a word.
  if (age < 10_000 && age > -minute) return 'just now';
  if (age >= 0 && age < hour)
    return `${formatDuration(age < minute ? age : Math.floor(age / minute) * minute)} ago`;
  const clock = formatClock(iso, { seconds: false });
  const today = new Date(now);
  if (time.toDateString() === today.toDateString()) return `today ${clock}`;
  const date = `${time.getDate()} ${month(time)}`;
  return time.getFullYear() === today.getFullYear() ? `${date} ${clock}` : `${date} ${time.getFullYear()}`;
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
  return `${time.getDate()} ${month(time)} ${time.getFullYear()}, ${formatClock(iso)}`;
}

function month(time: Date): string {
  return time.toLocaleString('en', { month: 'short' });
}
