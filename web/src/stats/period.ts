/** The periods that statistics can be shown of, by the name in the address. */
export const periods = ['24h', '7d', '30d', 'custom'] as const;
export type Period = (typeof periods)[number];

const hourMs = 3_600_000;
const lengths: Record<Exclude<Period, 'custom'>, number> = { '24h': 24, '7d': 7 * 24, '30d': 30 * 24 };

export interface PeriodState {
  period: Period;
  /** Days as in a date field, "2026-11-21", of a custom period; both included. */
  from: string;
  to: string;
  /** A version; undefined means all. */
  version: number | undefined;
}

/** What the address says. What it says wrong is as if it said nothing. */
export function readPeriod(search: URLSearchParams): PeriodState {
  const named = search.get('period');
  const period = periods.find((known) => known === named) ?? '24h';
  const day = (name: string) =>
    /^\d{4}-\d{2}-\d{2}$/.test(search.get(name) ?? '') ? (search.get(name) ?? '') : '';
  const version = Number(search.get('version'));
  return {
    period,
    from: day('from'),
    to: day('to'),
    version: Number.isInteger(version) && version > 0 ? version : undefined,
  };
}

/** The instants that a period begins and ends at; undefined while a custom one is incomplete. Days are those of the reader. */
export function boundsOf(
  { period, from, to }: PeriodState,
  now: number,
): { from: string; to: string } | undefined {
  if (period !== 'custom') {
    const end = Math.ceil((now + 1) / hourMs) * hourMs;
    return iso(end - lengths[period] * hourMs, end);
  }
  const begin = Date.parse(`${from}T00:00`);
  const last = new Date(`${to}T00:00`);
  last.setDate(last.getDate() + 1);
  if (Number.isNaN(begin) || Number.isNaN(last.getTime()) || last.getTime() <= begin) return undefined;
  return iso(begin, last.getTime());
}

function iso(from: number, to: number): { from: string; to: string } {
  return { from: new Date(from).toISOString(), to: new Date(to).toISOString() };
}
