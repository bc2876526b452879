import { formatFull, formatMoment } from './moment';
import { useNow } from './useNow';

/** When something happened, in short; the tooltip has the full time. */
export function When({ at }: { at: string }) {
  const now = useNow(30_000);
  return (
    <time dateTime={at} title={formatFull(at)}>
      {formatMoment(at, now)}
    </time>
  );
}
