import { t } from '@lingui/core/macro';
import { formatShort } from '@/format/moment';
import type { RunMessage } from './types';

export interface TimelinePoint {
  status: RunMessage['status'];
  label: string;
  /** When; undefined when it followed from a later status or is yet to come. */
  at?: string;
  /** Milliseconds since the point with a time before it. */
  after?: number;
  /** False: not yet, shown as what may still come. */
  reached: boolean;
}

function labelOf(status: TimelinePoint['status']): string {
  return {
    queued: t`Queued`,
    scheduled: t`Scheduled`,
    sent: t`Sent`,
    delivered: t`Delivered`,
    read: t`Read`,
    failed: t`Failed`,
    cancelled: t`Taken back`,
    received: t`Received`,
  }[status];
}

function scheduledFor(at: string, now: number): string {
  const moment = formatShort(at, now);
  return t`Scheduled for ${moment}`;
}

/**
 * What became of a message, step by step. Read implies delivered, and any
 * receipt implies sent, also when the provider never said so; after a failure
 * nothing more is awaited. One with a time to come is scheduled for it.
 */
export function messageTimeline(message: RunMessage, now = Date.now()): TimelinePoint[] {
  if (message.direction === 'inbound')
    return [{ status: 'received', label: labelOf('received'), at: message.queued_at, reached: true }];
  const times: Partial<Record<TimelinePoint['status'], string | null>> = {
    queued: message.queued_at,
    scheduled: message.send_at,
    sent: message.sent_at,
    delivered: message.delivered_at,
    read: message.read_at,
    failed: message.failed_at,
  };
  const road: TimelinePoint['status'][] = ['queued', 'sent', 'delivered', 'read'];
  if (message.send_at) road.splice(1, 0, 'scheduled');
  const off = message.status === 'failed' || message.status === 'cancelled';
  const furthest = off
    ? road.findLastIndex((status) => status === 'queued' || times[status])
    : road.indexOf(message.status);
  const names = off ? [...road.slice(0, furthest + 1), message.status] : [...road];
  let before: number | undefined;
  return names.map((status, index) => {
    const at = times[status] ?? undefined;
    const time = at === undefined ? undefined : Date.parse(at);
    const after = time !== undefined && before !== undefined ? Math.max(0, time - before) : undefined;
    before = time ?? before;
    return {
      status,
      label: status === 'scheduled' && at !== undefined ? scheduledFor(at, now) : labelOf(status),
      reached: index <= furthest || status === message.status,
      ...(at === undefined ? {} : { at }),
      ...(after === undefined ? {} : { after }),
    };
  });
}
