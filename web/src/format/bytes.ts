import { formatNumber } from './number';

const units = ['B', 'kB', 'MB', 'GB'];

/** A file's size for people, in steps of 1,000: "0 B", "12 kB", "3.4 MB". */
export function formatBytes(bytes: number): string {
  let value = Math.max(0, bytes);
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const rounded = value < 10 && unit > 0 ? Math.round(value * 10) / 10 : Math.round(value);
  return `${formatNumber(rounded)} ${units[unit]}`;
}
