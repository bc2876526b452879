import { t } from '@lingui/core/macro';
import type { ChannelStatus } from './types';

/** The words for a channel's status, and what it means for messages. */
export function channelStatusLook(status: ChannelStatus): {
  label: string;
  tone: 'green' | 'neutral' | 'amber';
  meaning: string;
} {
  switch (status) {
    case 'bound':
      return { label: t`Bound`, tone: 'green', meaning: t`Its credentials work, and flows send through it.` };
    case 'suspended':
      return {
        label: t`Suspended`,
        tone: 'amber',
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
