import { t } from '@lingui/core/macro';
import { Trans, useLingui } from '@lingui/react/macro';
import { ChannelMark } from '@/channels/ChannelMark';
import { formatDuration } from '@/format/duration';
import { formatFull } from '@/format/moment';
import { classes } from '@/ui';
import styles from './MessageCard.module.css';
import { MessageMedia } from './MessageMedia';
import { messageTimeline } from './timeline';
import type { RunMessage } from './types';

/** Why a message from a person answered nothing; undefined for all others. */
function matchedNote(matched: RunMessage['matched']): string | undefined {
  switch (matched) {
    case 'late':
      return t`Answered nothing: the message it replies to was not waiting for an answer.`;
    case 'older':
      return t`Answered nothing: it was sent before the question.`;
    case 'notice':
      return t`Answered nothing: reactions and notices are not answers.`;
    case 'empty':
      return t`Answered nothing: the message is empty.`;
    case 'none':
      return t`Answered nothing: no run was waiting for it.`;
    default:
      return undefined;
  }
}

/** One message of a run with what became of it. `node` names the step, where that is not clear from the place. */
export function MessageCard({ message, node }: { message: RunMessage; node?: string | undefined }) {
  const { t } = useLingui();
  const inbound = message.direction === 'inbound';
  const note = matchedNote(message.matched);
  return (
    <article className={styles.card}>
      <header className={styles.head}>
        <ChannelMark type={message.channel_type} />
        <span className={styles.who}>
          {node && <b>{node} </b>}
          {inbound ? t`from ${message.from}` : t`to ${message.to}`}
        </span>
        <span className={styles.channel} title={message.channel}>
          {message.channel}
        </span>
      </header>
      <MessageMedia files={message.media} />
      {message.text && <p className={styles.text}>{message.text}</p>}
      {message.template ? (
        <p className={styles.template}>
          <Trans>
            Template {message.template.name} ({message.template.language})
          </Trans>
          {!message.text &&
            message.template.parameters.length > 0 &&
            `: ${message.template.parameters.join(', ')}`}
        </p>
      ) : (
        !message.text &&
        message.media.length === 0 && (
          <p className={styles.text}>
            <Trans>No text</Trans>
          </p>
        )
      )}
      {note && <p className={styles.template}>{note}</p>}
      <ol className={styles.timeline} aria-label={t`What became of it`}>
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
                  ? t`Not reported, but it must have been`
                  : t`Not yet`
            }
          >
            {point.label}
            {!point.reached && (
              <span className="visually-hidden">
                {' '}
                <Trans>not yet</Trans>
              </span>
            )}
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
