import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import type { Schemas } from '@/api/client';
import { Refusal } from '@/ui';
import type { ChannelForm } from './form';
import { usePreview } from './preview';
import styles from './Trial.module.css';
import type { Provider } from './types';

interface RequestTrialProps {
  form: ChannelForm;
  provider: Provider;
}

/** The request that the settings make of a sample message. */
export function RequestTrial({ form, provider }: RequestTrialProps) {
  const preview = usePreview(form, provider);
  const found = preview.data;
  return (
    <section aria-label={t`A sample request`} className={styles.trial} data-testid="request-preview">
      <p className={styles.heading}>
        <Trans>A sample request</Trans>
        <span>
          <Trans>Secrets stay hidden, and nothing is sent.</Trans>
        </span>
      </p>
      <Refusal error={preview.error} />
      {found?.problem && (
        <p className={form.baseUrl.trim() ? styles.problem : styles.missing} role="status">
          {found.problem.message}
        </p>
      )}
      {found?.request && <Request request={found.request} />}
    </section>
  );
}

function Request({ request }: { request: Schemas['PreviewedRequest'] }) {
  const head = request.headers.map(({ name, value }) => `${name}: ${value}`).join('\n');
  return (
    // Wide requests scroll, also by keyboard.
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region has to take the focus
    <pre className={styles.code} tabIndex={0}>
      <b>{request.method}</b> {request.url}
      {head && `\n${head}`}
      {request.body && `\n\n${request.body}`}
    </pre>
  );
}
