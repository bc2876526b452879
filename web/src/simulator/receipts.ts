import { t } from '@lingui/core/macro';
import type { PhoneMessage } from './types';

export type Receipt = 'delivered' | 'read' | 'failed';

/** What the phone can still report about a message: a status never moves backwards. */
export function possibleReceipts(message: Pick<PhoneMessage, 'direction' | 'status'>): Receipt[] {
  if (message.direction !== 'outbound') return [];
  if (message.status === 'sent') return ['delivered', 'read', 'failed'];
  return message.status === 'delivered' ? ['read'] : [];
}

/** The words under a message: its status and since when. */
export function statusLine(
  message: Pick<
    PhoneMessage,
    'channel_type' | 'status' | 'at' | 'delivered_at' | 'read_at' | 'failed_at' | 'code' | 'reason'
  >,
): { label: string; at: string } {
  switch (message.status) {
    case 'delivered':
      return { label: t`Delivered`, at: message.delivered_at ?? message.at };
    case 'read':
      return { label: t`Read`, at: message.read_at ?? message.at };
    case 'failed': {
      const known = failureCodes(message.channel_type).find(({ code }) => code === message.code);
      const why = [message.code, message.reason || known?.reason].filter(Boolean).join(': ');
      return { label: why ? t`Failed, ${why}` : t`Failed`, at: message.failed_at ?? message.at };
    }
    case 'received':
      return { label: t`Answered`, at: message.at };
    default:
      return { label: t`Sent`, at: message.at };
  }
}

export interface FailureCode {
  code: string;
  reason: string;
}

/** Failures that people often want to try, in the words and codes of real vendors. */
export function failureCodes(channelType: string): FailureCode[] {
  switch (channelType) {
    case 'whatsapp':
      return [
        { code: '131026', reason: t`Not on WhatsApp` },
        { code: '131047', reason: t`Outside the 24-hour window` },
        { code: '131049', reason: t`Held back by Meta` },
      ];
    case 'viber':
      return [
        { code: 'SRVC_NOT_VIBER_USER', reason: t`Not on Viber` },
        { code: 'SRVC_USER_BLOCKED', reason: t`The person blocked the sender` },
        { code: 'SRVC_NO_SUITABLE_DEVICE', reason: t`No device that can show it` },
      ];
    default:
      return [
        { code: '30003', reason: t`The phone cannot be reached` },
        { code: '30005', reason: t`The number does not exist` },
        { code: '30007', reason: t`Filtered by the carrier` },
      ];
  }
}
