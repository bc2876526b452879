import { Trans } from '@lingui/react/macro';
import {
  Check,
  CheckCheck,
  ChevronDown,
  CircleX,
  ExternalLink,
  FileText,
  Image,
  List,
  type LucideIcon,
  Music,
  Video,
} from 'lucide-react';
import { formatClock, formatFull } from '@/format/moment';
import { KeptFile } from '@/runs/MessageMedia';
import { Button, classes, Menu } from '@/ui';
import { attachmentTitle } from './attachments';
import { type Bubble, readBubble } from './content';
import styles from './PhoneBubble.module.css';
import { phoneFileAddress } from './queries';
import { type FailureCode, failureCodes, possibleReceipts, type Receipt, statusLine } from './receipts';
import type { PhoneMessage, Tapped } from './types';

interface PhoneBubbleProps {
  message: PhoneMessage;
  onReceipt?: ((message: PhoneMessage, receipt: Receipt, failure?: FailureCode) => void) | undefined;
  onReply?: ((text: string, tapped: Tapped) => void) | undefined;
}

/** One message on a phone, with what became of it and what the phone can still report. */
export function PhoneBubble({ message, onReceipt, onReply }: PhoneBubbleProps) {
  const bubble = readBubble(message);
  const own = message.direction === 'inbound';
  const receipts = onReceipt ? possibleReceipts(message) : [];
  return (
    <article className={classes(styles.row, own ? styles.own : styles.theirs)} data-status={message.status}>
      <div className={styles.bubble}>
        {message.file ? (
          <div className={styles.file} data-testid="phone-file">
            <KeptFile
              type={message.file.type}
              name={message.file.filename || attachmentTitle(message.file.type)}
              filename={message.file.filename}
              size={message.file.size}
              source={phoneFileAddress(message.id)}
            />
          </div>
        ) : (
          bubble.media && <Media media={bubble.media} />
        )}
        {bubble.text && <p className={styles.text}>{bubble.text}</p>}
        {bubble.template && <Template template={bubble.template} />}
        <time className={styles.time} dateTime={message.at} title={formatFull(message.at)}>
          {formatClock(message.at, { seconds: false })}
        </time>
      </div>
      <Choices bubble={bubble} onTap={onReply && ((title, id) => onReply(title, { message, id }))} />
      <div className={styles.under}>
        <StatusLine message={message} />
        {receipts.length > 0 && (
          <span className={styles.actions}>
            {receipts.includes('delivered') && (
              <Button size="small" variant="ghost" onClick={() => onReceipt?.(message, 'delivered')}>
                <Trans>Delivered</Trans>
              </Button>
            )}
            {receipts.includes('read') && (
              <Button size="small" variant="ghost" onClick={() => onReceipt?.(message, 'read')}>
                <Trans>Read</Trans>
              </Button>
            )}
            {receipts.includes('failed') && (
              <Menu
                trigger={
                  <Button size="small" variant="ghost">
                    <Trans>Failed</Trans> <ChevronDown size={12} aria-hidden="true" />
                  </Button>
                }
                items={failureCodes(message.channel_type).map((failure) => ({
                  label: failure.reason,
                  detail: failure.code,
                  onSelect: () => onReceipt?.(message, 'failed', failure),
                }))}
              />
            )}
          </span>
        )}
      </div>
    </article>
  );
}

const statusIcons: Record<PhoneMessage['status'], LucideIcon> = {
  sent: Check,
  delivered: CheckCheck,
  read: CheckCheck,
  failed: CircleX,
  received: Check,
};

function StatusLine({ message }: { message: PhoneMessage }) {
  const { label, at } = statusLine(message);
  const Icon = statusIcons[message.status];
  return (
    <span className={classes(styles.status, styles[message.status])} title={formatFull(at)}>
      <Icon size={13} aria-hidden="true" />
      <span>
        {label} {formatClock(at)}
      </span>
    </span>
  );
}

interface ChoicesProps {
  bubble: Bubble;
  onTap: ((title: string, id: string | undefined) => void) | undefined;
}

function Choices({ bubble, onTap }: ChoicesProps) {
  if (bubble.buttons.length === 0 && !bubble.list) return null;
  return (
    <div className={styles.choices}>
      {bubble.buttons.map((button) =>
        button.href ? (
          <a
            key={button.title}
            className={styles.choice}
            href={button.href}
            target="_blank"
            rel="noopener noreferrer"
          >
            <ExternalLink size={13} aria-hidden="true" /> {button.title}
          </a>
        ) : (
          <button
            key={button.title}
            type="button"
            className={styles.choice}
            disabled={!onTap}
            onClick={() => onTap?.(button.title, button.id)}
          >
            {button.title}
          </button>
        ),
      )}
      {bubble.list && (
        <Menu
          align="start"
          trigger={
            <button type="button" className={styles.choice} disabled={!onTap}>
              <List size={13} aria-hidden="true" /> {bubble.list.button}
            </button>
          }
          items={bubble.list.rows.map((row) => ({
            label: row.title,
            ...(row.description ? { detail: row.description } : {}),
            onSelect: () => onTap?.(row.title, row.id),
          }))}
        />
      )}
    </div>
  );
}

const mediaIcons: Record<NonNullable<Bubble['media']>['kind'], LucideIcon> = {
  image: Image,
  video: Video,
  audio: Music,
  document: FileText,
};

/** A tile in place of the file: the simulator fetches nothing from outside. */
function Media({ media }: { media: NonNullable<Bubble['media']> }) {
  const Icon = mediaIcons[media.kind];
  const inside = (
    <>
      <Icon size={20} aria-hidden="true" />
      <span>{media.name}</span>
    </>
  );
  return media.href ? (
    <a className={styles.media} href={media.href} target="_blank" rel="noopener noreferrer">
      {inside}
    </a>
  ) : (
    <span className={styles.media}>{inside}</span>
  );
}

function Template({ template }: { template: NonNullable<Bubble['template']> }) {
  return (
    <div className={styles.text}>
      <p className={styles.templateName}>
        <Trans>Template {template.name}</Trans>
      </p>
      {template.parameters.length > 0 && (
        <ol className={styles.parameters}>
          {template.parameters.map((parameter, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: parameters are told apart by their place
            <li key={index}>{parameter}</li>
          ))}
        </ol>
      )}
    </div>
  );
}
