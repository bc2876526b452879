import { t } from '@lingui/core/macro';
import { formatNumber } from './number';

/** Milliseconds per unit of the durations in flows: Go's units plus days. */
const units: Record<string, number> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** Reads a duration such as "1m30s" or "7d" as milliseconds; undefined when it is not one. */
export function parseDuration(text: string): number | undefined {
  const trimmed = text.trim();
  if (trimmed === '0') return 0;
  if (!/^(\d+(\.\d+)?(ns|us|µs|ms|s|m|h|d))+$/.test(trimmed)) return undefined;
  let total = 0;
  for (const [, amount, unit] of trimmed.matchAll(/(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h|d)/g)) {
    total += Number(amount) * (units[unit ?? ''] ?? 0);
  }
  return total;
}

/** Writes milliseconds for people: "0.4 s", "12 s", "1 min 30 s", "2 h 5 min", "3 d 4 h". */
export function formatDuration(milliseconds: number): string {
  const ms = Math.max(0, milliseconds);
  if (ms < 10 * second) return inSeconds(Math.round(ms / 100) / 10);
  // Rounding first keeps 59.6 s from reading "60 s".
  const seconds = Math.round(ms / second);
  if (seconds < 60) return inSeconds(seconds);
  if (seconds < 3600) return pair(inMinutes(Math.floor(seconds / 60)), seconds % 60, inSeconds);
  const minutes = Math.round(ms / minute);
  if (minutes < 24 * 60) return pair(inHours(Math.floor(minutes / 60)), minutes % 60, inMinutes);
  const hours = Math.round(ms / hour);
  return pair(inDays(Math.floor(hours / 24)), hours % 24, inHours);
}

/** Writes how far ahead something is, no finer than a person plans: "12 s", "3 min", "2 h 5 min", "3 d 4 h". */
export function formatAhead(milliseconds: number): string {
  const fine = milliseconds < minute ? second : minute;
  return formatDuration(Math.ceil(Math.max(0, milliseconds) / fine) * fine);
}

/** Writes what is left until a deadline: "0:29", "12:03", "1:02:03", "3 d 4 h". Never below zero. */
export function formatCountdown(milliseconds: number): string {
  const seconds = Math.max(0, Math.ceil(milliseconds / second));
  if (seconds * second >= day) return formatDuration(seconds * second);
  const two = (value: number) => String(value).padStart(2, '0');
  const h = Math.floor(seconds / 3600);
  const m = Math.floor((seconds % 3600) / 60);
  const s = seconds % 60;
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

function inSeconds(amount: number): string {
  const seconds = formatNumber(amount, { maximumFractionDigits: 1 });
  return t`${seconds} s`;
}

function inMinutes(amount: number): string {
  const minutes = formatNumber(amount);
  return t`${minutes} min`;
}

function inHours(amount: number): string {
  const hours = formatNumber(amount);
  return t`${hours} h`;
}

function inDays(amount: number): string {
  const days = formatNumber(amount);
  return t`${days} d`;
}

function pair(big: string, small: number, unit: (amount: number) => string): string {
  return small === 0 ? big : `${big} ${unit(small)}`;
}
