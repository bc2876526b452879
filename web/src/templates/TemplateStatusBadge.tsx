import type { MessageDescriptor } from '@lingui/core';
import { i18n } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import {
  Ban,
  CircleCheck,
  CirclePause,
  CircleX,
  Clock,
  type LucideIcon,
  PencilLine,
  ThumbsDown,
  ThumbsUp,
  Unlink,
} from 'lucide-react';
import { Badge } from '@/ui';
import type { Template, TemplateStatus } from './types';

interface Look {
  label: MessageDescriptor;
  tone: 'green' | 'amber' | 'red' | 'neutral';
  icon: LucideIcon;
}

const looks: Record<TemplateStatus, Look> = {
  draft: { label: msg`Draft`, tone: 'neutral', icon: PencilLine },
  pending: { label: msg`In review`, tone: 'amber', icon: Clock },
  approved: { label: msg`Approved`, tone: 'green', icon: CircleCheck },
  rejected: { label: msg`Rejected`, tone: 'red', icon: CircleX },
  paused: { label: msg`Paused`, tone: 'amber', icon: CirclePause },
  disabled: { label: msg`Disabled`, tone: 'red', icon: Ban },
};

const gone: Look = { label: msg`Gone at the provider`, tone: 'red', icon: Unlink };

export const templateStatuses = () =>
  Object.entries(looks).map(([value, { label }]) => ({ value, label: i18n._(label) }));

/** A template's state in a word. */
export function templateStateWord(template: Pick<Template, 'status' | 'gone_at'>): string {
  return i18n._((template.gone_at ? gone : looks[template.status]).label);
}

/** A template's state; why it is not approved is behind it. */
export function TemplateStatusBadge({
  template,
}: {
  template: Pick<Template, 'status' | 'gone_at' | 'status_reason'>;
}) {
  const { label, tone, icon: Icon } = template.gone_at ? gone : looks[template.status];
  return (
    <Badge
      tone={tone}
      icon={<Icon aria-hidden="true" />}
      {...(template.status_reason ? { title: template.status_reason } : {})}
    >
      {i18n._(label)}
    </Badge>
  );
}

const qualities: Record<'high' | 'medium' | 'low', Look> = {
  high: { label: msg`Well received`, tone: 'green', icon: ThumbsUp },
  medium: { label: msg`Some complaints`, tone: 'amber', icon: ThumbsDown },
  low: { label: msg`Many complaints`, tone: 'red', icon: ThumbsDown },
};

/** How people take to a template, by what the provider says. */
export function QualityBadge({ quality }: { quality: 'high' | 'medium' | 'low' }) {
  const { label, tone, icon: Icon } = qualities[quality];
  return (
    <Badge tone={tone} icon={<Icon aria-hidden="true" />}>
      {i18n._(label)}
    </Badge>
  );
}
