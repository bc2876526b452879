import { shownLocale } from './locale';

/** Writes a number with the language's separators: "2,310", "0.4". */
export function formatNumber(value: number, options: Intl.NumberFormatOptions = {}): string {
  return new Intl.NumberFormat(shownLocale(), options).format(value);
}

/** Writes a share in whole per cent; never 0% or 100% when that is not the whole truth. */
export function percent(part: number, whole: number): string {
  if (whole <= 0) return '–';
  const share = Math.round((part / whole) * 100);
  const write = (value: number) => formatNumber(value / 100, { style: 'percent' });
  if (share === 0 && part > 0) return `<${write(1)}`;
  if (share === 100 && part < whole) return `>${write(99)}`;
  return write(share);
}
