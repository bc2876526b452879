import { CircleCheck, CircleDashed, CirclePause, type LucideIcon } from 'lucide-react';
import { Badge } from '@/ui';
import { channelStatusLook } from './status';
import type { ChannelStatus } from './types';

const icons: Record<ChannelStatus, LucideIcon> = {
  bound: CircleCheck,
  unbound: CircleDashed,
  suspended: CirclePause,
};

export function ChannelStatusBadge({ status }: { status: ChannelStatus }) {
  const { label, tone, meaning } = channelStatusLook(status);
  const Icon = icons[status];
  return (
    <Badge tone={tone} icon={<Icon aria-hidden="true" />} title={meaning}>
      {label}
    </Badge>
  );
}
