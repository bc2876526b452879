import { formatDuration } from '@/format/duration';

/** Writes a latency in seconds. It is read off a histogram, whose first bucket begins at nothing. */
export function latencyText(seconds: number): string {
  return formatDuration(Math.max(0.1, seconds) * 1000);
}
