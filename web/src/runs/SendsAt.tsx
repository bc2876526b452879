import { t } from '@lingui/core/macro';
import { formatAhead } from '@/format/duration';
import { formatFull, formatShort } from '@/format/moment';
import { useNow } from '@/format/useNow';

/** When a message goes out that a run waits with: "Sends at 14:05, in 3 min"; `brief` leaves out the moment. */
export function SendsAt({ at, brief = false }: { at: string; brief?: boolean }) {
  const now = useNow(1000);
  return (
    <time dateTime={at} title={formatFull(at)}>
      {sendsAtWords(at, now, brief)}
    </time>
  );
}

export function sendsAtWords(at: string, now: number, brief = false): string {
  const left = Date.parse(at) - now;
  // Its time has come, and it is on its way to the provider.
  if (left <= 0) return t`sends any moment`;
  const ahead = formatAhead(left);
  if (brief) return t`sends in ${ahead}`;
  const moment = formatShort(at, now);
  return t`Sends at ${moment}, in ${ahead}`;
}
