import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { api, type Schemas, unwrap } from '@/api/client';
import { Badge, Field, Refusal, Textarea } from '@/ui';
import type { ChannelForm } from './form';
import styles from './RequestPreview.module.css';
import type { Provider } from './types';

interface RequestPreviewProps {
  form: ChannelForm;
  provider: Provider;
}

/** Typing goes on for so long before the server is asked, in milliseconds. */
const pause = 300;

/** What a channel with these settings asks for, and what it reads from a callback that is pasted in. */
export function RequestPreview({ form, provider }: RequestPreviewProps) {
  const [callback, setCallback] = useState('');
  const body = useSettled({
    type: form.type,
    base_url: form.baseUrl.trim(),
    settings: form.settings,
    callback,
  });
  const preview = useQuery({
    queryKey: ['providers', 'preview', provider.name, body],
    queryFn: () =>
      unwrap(
        api.POST('/providers/{provider_name}/preview', {
          params: { path: { provider_name: provider.name } },
          body,
        }),
      ),
    placeholderData: keepPreviousData,
    retry: false,
  });
  const found = preview.data;
  return (
    <section className={styles.preview} aria-label={t`What it asks for`} data-testid="request-preview">
      <h3 className={styles.heading}>
        <Trans>What it asks for</Trans>
      </h3>
      <p className={styles.quiet}>
        <Trans>With a sample message. Secrets stay hidden, and nothing is sent.</Trans>
      </p>
      <Refusal error={preview.error} />
      {found?.problem && (
        <p className={styles.problem} role="status">
          {found.problem.message}
        </p>
      )}
      {found?.request && <Request request={found.request} />}
      <Field
        label={t`Try a callback`}
        help={t`Paste what the service posts, as JSON or as a form, to see what would be read from it.`}
      >
        <Textarea
          rows={3}
          mono
          spellCheck={false}
          value={callback}
          placeholder={'{"id": "…", "status": "…"}'}
          onChange={(event) => setCallback(event.target.value)}
        />
      </Field>
      {callback.trim() !== '' && found?.callback && <Callback callback={found.callback} />}
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

function Callback({ callback }: { callback: Schemas['PreviewedCallback'] }) {
  if (callback.kind === 'nothing')
    return (
      <p className={styles.problem} role="status">
        {callback.problem}
      </p>
    );
  const facts =
    callback.kind === 'receipt'
      ? [
          [t`Message id`, callback.message_id],
          [t`Status`, statusWord(callback)],
          [t`Error code`, callback.code],
        ]
      : [
          [t`From`, callback.from],
          [t`Text`, callback.text],
          [t`Message id`, callback.message_id],
        ];
  return (
    <div className={styles.read} role="status">
      <Badge tone={callback.status === 'unknown' ? 'amber' : 'green'}>
        {callback.kind === 'receipt' ? t`A receipt` : t`A message from a person`}
      </Badge>
      <dl className={styles.facts}>
        {facts
          .filter(([, value]) => value)
          .map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
      </dl>
    </div>
  );
}

function statusWord({ status, raw }: Schemas['PreviewedCallback']): string {
  const known: Record<string, string> = {
    sent: t`sent`,
    delivered: t`delivered`,
    read: t`read`,
    failed: t`failed`,
  };
  return known[status] ?? t`“${raw}” is among the words of no status, so it changes nothing`;
}

/** The value as it is when it has not changed for a moment. */
function useSettled<T>(value: T): T {
  const [settled, setSettled] = useState(value);
  const text = JSON.stringify(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(JSON.parse(text) as T), pause);
    return () => clearTimeout(timer);
  }, [text]);
  return settled;
}
