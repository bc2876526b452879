import { ChannelMark } from '@/channels/ChannelMark';
import { formatDuration } from '@/format/duration';
import { formatFull } from '@/format/moment';
import { classes } from '@/ui';
import styles from './MessageCard.module.css';
import { messageTimeline } from './timeline';
import type { RunMessage } from './types';

/** One message of a run with what became of it. `node` names the step, where that is not clear from the place. */
export function MessageCard({ message, node }: { message: RunMessage; node?: string | undefined }) {
  const inbound = message.direction === 'inbound';
  return (
    <article className={styles.card}>
      <header className={styles.head}>
        <ChannelMark type={message.channel_type} />
        <span className={styles.who}>
          {node && <b>{node} </b>}
          {inbound ? `from ${message.from}` : `to ${message.to}`}
        </span>
        <span className={styles.channel}>{message.channel}</span>
      </header>
      <p className={styles.text}>{message.text || templateName(message)}</p>
      <ol className={styles.timeline} aria-label="What became of it">
        {messageTimeline(message).map((point) => (
          <li
            key={point.status}
            className={classes(
              styles.point,
              point.reached && styles.reached,
              point.status === 'failed' && styles.failed,
            )}
            title={
              point.at
                ? formatFull(point.at)
                : point.reached
                  ? 'Not reported, but it must have been'
                  : 'Not yet'
            }
          >
            {point.label}
            {!point.reached && <span className="visually-hidden"> not yet</span>}
            {point.after !== undefined && (
              <span className={styles.after}>+{formatDuration(point.after)}</span>
            )}
          </li>
        ))}
      </ol>
      {message.status === 'failed' && (message.code || message.reason) && (
        <p className={styles.reason}>{[message.code, message.reason].filter(Boolean).join(': ')}</p>
      )}
    </article>
  );
}

function templateName({ content }: RunMessage): string {
  return content.type === 'template' && typeof content.template === 'string'
    ? `Template ${content.template}`
    : 'No text';
}
