import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { type ReactNode, useEffect, useRef } from 'react';
import { ChannelMark } from '@/channels/ChannelMark';
import { channelTypeLook } from '@/channels/channelTypes';
import type { Attachment, SentFile } from './attachments';
import styles from './Phone.module.css';
import { PhoneBubble } from './PhoneBubble';
import { ReplyBox } from './ReplyBox';
import type { FailureCode, Receipt } from './receipts';
import type { PhoneMessage, Tapped } from './types';

interface PhoneProps {
  channelType: string;
  /** Who holds the phone. */
  recipient: string;
  /** Whom the messages come from: the channel's slug. */
  sender: string;
  messages: PhoneMessage[];
  /** Stands after the messages, such as one that is not sent yet: then the phone is a preview. */
  children?: ReactNode;
  /** Left out: the phone can be looked at only. */
  onReceipt?(message: PhoneMessage, receipt: Receipt, failure?: FailureCode): void;
  onReply?(text: string, tapped?: Tapped): void;
  /** What people can send there besides text, and how. */
  attachments?: readonly Attachment[] | undefined;
  onAttach?(sent: SentFile): Promise<boolean>;
}

/** One channel's screen on a simulated phone. */
export function Phone({
  channelType,
  recipient,
  sender,
  messages,
  children,
  onReceipt,
  onReply,
  attachments = [],
  onAttach,
}: PhoneProps) {
  const { title, hue } = channelTypeLook(channelType);
  const end = useRef<HTMLDivElement>(null);
  const last = messages.at(-1);
  const lastSeen = last && `${last.id} ${last.status}`;
  // biome-ignore lint/correctness/useExhaustiveDependencies: scrolls when the last message or its status changes
  useEffect(() => {
    const list = end.current;
    if (list) list.scrollTop = list.scrollHeight;
  }, [lastSeen]);
  return (
    <section
      className={styles.phone}
      data-look={channelType}
      data-hue={hue}
      data-testid={`${children === undefined ? 'phone' : 'preview'}-${channelType}`}
      aria-label={t`${title} on the phone of ${recipient}`}
    >
      <header className={styles.header}>
        <ChannelMark type={channelType} size="medium" />
        <div className={styles.who}>
          <p className={styles.sender}>{sender || title}</p>
          <p className={styles.recipient}>
            <Trans>
              {title} to {recipient}
            </Trans>
          </p>
        </div>
      </header>
      <div className={styles.messages} ref={end} role="log" aria-label={t`${title} messages`}>
        {messages.length === 0 && !children && (
          <p className={styles.nothing}>
            <Trans>Nothing has arrived here yet.</Trans>
          </p>
        )}
        {messages.map((message) => (
          <PhoneBubble key={message.id} message={message} onReceipt={onReceipt} onReply={onReply} />
        ))}
        {children}
      </div>
      {onReply && (
        <ReplyBox
          title={title}
          attachments={attachments}
          onReply={(text) => onReply(text)}
          onAttach={onAttach}
        />
      )}
    </section>
  );
}
