/**
 * The bars of a sparkline: each bucket's height as a share of the box, 0 to 1.
 * A bucket with anything in it stays visible beside one that has a thousand times more.
 */
export function barHeights(buckets: readonly number[]): number[] {
  const highest = Math.max(1, ...buckets);
  return buckets.map((value) => (value <= 0 ? 0 : Math.max(0.12, value / highest)));
}
