export const units = [
  { value: 's', label: 'seconds', seconds: 1 },
  { value: 'm', label: 'minutes', seconds: 60 },
  { value: 'h', label: 'hours', seconds: 3_600 },
  { value: 'd', label: 'days', seconds: 86_400 },
] as const;

export type Unit = (typeof units)[number]['value'];

const part = /(\d+(?:\.\d+)?)(d|h|m|s)/g;
const whole = /^(\d+(?:\.\d+)?(d|h|m|s))+$/;

/**
 * A duration such as "90s" or "1h30m" as an amount of one unit: the one it is
 * written in, or the largest that gives a whole amount. Undefined when it is
 * written in another way (milliseconds, expressions).
 */
export function splitDuration(text: string): { amount: string; unit: Unit } | undefined {
  if (!whole.test(text)) return undefined;
  const parts = [...text.matchAll(part)];
  const [only] = parts;
  if (parts.length === 1 && only) return { amount: only[1] ?? '', unit: only[2] as Unit };
  const seconds = parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * secondsOf(unit as Unit), 0);
  const largest = [...units].reverse().find((unit) => seconds % unit.seconds === 0);
  return largest && { amount: String(seconds / largest.seconds), unit: largest.value };
}

function secondsOf(unit: Unit): number {
  return units.find((other) => other.value === unit)?.seconds ?? 1;
}
