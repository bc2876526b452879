import type { MessageDescriptor } from '@lingui/core';
import { i18n } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import { CircleCheck, CircleX, Clock, type LucideIcon, PencilLine } from 'lucide-react';
import { Badge } from '@/ui';
import type { TemplateStatus } from './types';

const looks: Record<
  TemplateStatus,
  { label: MessageDescriptor; tone: 'green' | 'amber' | 'red' | 'neutral'; icon: LucideIcon }
> = {
  draft: { label: msg`Draft`, tone: 'neutral', icon: PencilLine },
  pending: { label: msg`In review`, tone: 'amber', icon: Clock },
  approved: { label: msg`Approved`, tone: 'green', icon: CircleCheck },
  rejected: { label: msg`Rejected`, tone: 'red', icon: CircleX },
};

export const templateStatuses = () =>
  Object.entries(looks).map(([value, { label }]) => ({ value, label: i18n._(label) }));

export function TemplateStatusBadge({ status }: { status: TemplateStatus }) {
  const { label, tone, icon: Icon } = looks[status];
  return (
    <Badge tone={tone} icon={<Icon aria-hidden="true" />}>
      {i18n._(label)}
    </Badge>
  );
}
