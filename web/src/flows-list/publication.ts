import { t } from '@lingui/core/macro';
import type { Schemas } from '@/api/client';

/** The words for what of a flow is published. */
export function publication(flow: Pick<Schemas['Flow'], 'published_version' | 'draft_changed'>): {
  label: string;
  tone: 'green' | 'neutral';
  /** Set when publishing would change something for new runs. */
  change?: string;
} {
  if (flow.published_version === null) return { label: t`Not published`, tone: 'neutral' };
  return {
    label: t`Published v${flow.published_version}`,
    tone: 'green',
    ...(flow.draft_changed ? { change: t`Draft changes` } : {}),
  };
}
