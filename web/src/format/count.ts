/** Writes a count with its noun: "1 run", "2,310 runs". */
export function count(amount: number, one: string, many = `${one}s`): string {
  return `${amount.toLocaleString('en')} ${amount === 1 ? one : many}`;
}

/** Writes a share in whole per cent; never 0 % or 100 % when that is not the whole truth. */
export function percent(part: number, whole: number): string {
  if (whole <= 0) return '–';
  const share = Math.round((part / whole) * 100);
  if (share === 0 && part > 0) return '<1 %';
  if (share === 100 && part < whole) return '>99 %';
  return `${share} %`;
}

/** Turns a machine's name into words: "not_read" into "Not read". */
export function words(name: string): string {
  const spaced = name.replaceAll(/[_-]+/g, ' ').trim();
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}
