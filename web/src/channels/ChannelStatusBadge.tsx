import { Ban, CircleCheck, CircleDashed, CirclePause, type LucideIcon } from 'lucide-react';
import { Badge } from '@/ui';
import { channelStatusLook, type ShownStatus, shownStatus } from './status';
import type { Channel } from './types';

const icons: Record<ShownStatus, LucideIcon> = {
  bound: CircleCheck,
  paused: CirclePause,
  unbound: CircleDashed,
  suspended: Ban,
};

export function ChannelStatusBadge({ channel }: { channel: Pick<Channel, 'status' | 'pause'> }) {
  const status = shownStatus(channel);
  const { label, tone, meaning } = channelStatusLook(status);
  const Icon = icons[status];
  return (
    <Badge tone={tone} icon={<Icon aria-hidden="true" />} title={meaning}>
      {label}
    </Badge>
  );
}
