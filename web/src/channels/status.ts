import { t } from '@lingui/core/macro';
import type { Channel, ChannelStatus } from './types';

/** A channel's status as people see it: one that is bound may rest. */
export type ShownStatus = ChannelStatus | 'paused';

export function shownStatus({ status, pause }: Pick<Channel, 'status' | 'pause'>): ShownStatus {
  return status === 'bound' && pause ? 'paused' : status;
}

/** The words for a channel's status, and what it means for messages. */
export function channelStatusLook(status: ShownStatus): {
  label: string;
  tone: 'green' | 'neutral' | 'amber' | 'red';
  meaning: string;
} {
  switch (status) {
    case 'bound':
      return { label: t`Bound`, tone: 'green', meaning: t`Its credentials work, and flows send through it.` };
    case 'paused':
      return {
        label: t`Paused`,
        tone: 'amber',
        meaning: t`The provider failed every call, so messages wait. None is lost.`,
      };
    case 'suspended':
      return {
        label: t`Suspended`,
        tone: 'red',
        meaning: t`The provider refuses it. Messages through it fail until it is bound again.`,
      };
    case 'unbound':
      return {
        label: t`Not bound`,
        tone: 'neutral',
        meaning: t`Messages through it fail. Bind it to prove its credentials and use it.`,
      };
  }
}
