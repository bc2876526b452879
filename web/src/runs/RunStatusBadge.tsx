import { Ban, CircleCheck, CircleX, Clock, type LucideIcon } from 'lucide-react';
import { Badge } from '@/ui';
import { runStatusLook } from './status';
import type { RunStatus } from './types';

const icons: Record<RunStatus, LucideIcon> = {
  waiting: Clock,
  completed: CircleCheck,
  failed: CircleX,
  cancelled: Ban,
};

export function RunStatusBadge({ status }: { status: RunStatus }) {
  const { label, tone } = runStatusLook(status);
  const Icon = icons[status];
  return (
    <Badge tone={tone} icon={<Icon aria-hidden="true" />}>
      {label}
    </Badge>
  );
}
