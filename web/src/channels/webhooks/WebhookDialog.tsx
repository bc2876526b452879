import { Trans, useLingui } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import { formatFull } from '@/format/moment';
import { CopyButton, Dialog, ErrorState, Skeleton } from '@/ui';
import { pairs, readableBody, runsOf } from './content';
import { webhookQuery } from './queries';
import type { Webhook, WebhookContent } from './types';
import styles from './Webhooks.module.css';
import { byteWords, RunLinks } from './WebhooksPanel';

interface WebhookDialogProps {
  channelId: string;
  webhook: Webhook;
  onClose(): void;
}

/** What a provider posted, as it came. */
export function WebhookDialog({ channelId, webhook, onClose }: WebhookDialogProps) {
  const { t } = useLingui();
  const full = useQuery(webhookQuery(channelId, webhook.id));
  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      size="large"
      title={t`What was posted`}
      description={
        <Trans>
          {formatFull(webhook.at)}. Signatures and credentials are never kept. Only admins see this.
        </Trans>
      }
    >
      {full.data?.content ? (
        <Shown webhook={full.data} content={full.data.content} />
      ) : full.isError ? (
        <ErrorState error={full.error} onRetry={() => void full.refetch()} />
      ) : (
        <Skeleton height={240} radius={8} />
      )}
    </Dialog>
  );
}

function Shown({ webhook, content }: { webhook: Webhook; content: WebhookContent }) {
  const { t } = useLingui();
  const body = readableBody(content);
  return (
    <div className={styles.shown}>
      <dl className={styles.details}>
        <dt>
          <Trans>Size</Trans>
        </dt>
        <dd>
          {webhook.method}, {byteWords(webhook.size)}
        </dd>
        {Object.entries(content.headers).map(([name, value]) => (
          <div key={name} className={styles.pair}>
            <dt>{name}</dt>
            <dd>
              <code>{value}</code>
            </dd>
          </div>
        ))}
        {runsOf(webhook.findings).length > 0 && (
          <div className={styles.pair}>
            <dt>
              <Trans>Runs</Trans>
            </dt>
            <dd className={styles.links}>
              <RunLinks webhook={webhook} />
            </dd>
          </div>
        )}
      </dl>
      {content.query && (
        <section aria-label={t`In the address`}>
          <h3 className={styles.above}>
            <Trans>In the address</Trans>
          </h3>
          <pre className={styles.code}>{pairs(content.query)}</pre>
        </section>
      )}
      <section aria-label={t`Content`}>
        <div className={styles.bodyHead}>
          <h3 className={styles.subhead}>
            <Trans>Content</Trans>
          </h3>
          {body && <CopyButton text={body} label={t`Copy the content`} />}
        </div>
        {content.cut && (
          <p className={styles.quiet}>
            <Trans>It was too long to keep: this is its beginning.</Trans>
          </p>
        )}
        {content.encoding === 'base64' && (
          <p className={styles.quiet}>
            <Trans>It is no text, so it is shown in Base64.</Trans>
          </p>
        )}
        {body ? (
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
          <pre className={styles.code} tabIndex={0}>
            {body}
          </pre>
        ) : (
          <p className={styles.quiet}>
            <Trans>It is empty.</Trans>
          </p>
        )}
      </section>
    </div>
  );
}
