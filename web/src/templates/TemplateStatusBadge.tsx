import { CircleCheck, CircleX, Clock, type LucideIcon, PencilLine } from 'lucide-react';
import { Badge } from '@/ui';
import type { TemplateStatus } from './types';

const looks: Record<
  TemplateStatus,
  { label: string; tone: 'green' | 'amber' | 'red' | 'neutral'; icon: LucideIcon }
> = {
  draft: { label: 'Draft', tone: 'neutral', icon: PencilLine },
  pending: { label: 'In review', tone: 'amber', icon: Clock },
  approved: { label: 'Approved', tone: 'green', icon: CircleCheck },
  rejected: { label: 'Rejected', tone: 'red', icon: CircleX },
};

export const templateStatuses = Object.entries(looks).map(([value, { label }]) => ({ value, label }));

export function TemplateStatusBadge({ status }: { status: TemplateStatus }) {
  const { label, tone, icon: Icon } = looks[status];
  return (
    <Badge tone={tone} icon={<Icon aria-hidden="true" />}>
      {label}
    </Badge>
  );
}
