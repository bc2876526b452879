import { t } from '@lingui/core/macro';
import { useState } from 'react';
import type { Schemas } from '@/api/client';
import { Badge, Field, Refusal, Textarea } from '@/ui';
import type { ChannelForm } from './form';
import { usePreview } from './preview';
import styles from './Trial.module.css';
import type { Provider } from './types';

interface CallbackTrialProps {
  form: ChannelForm;
  provider: Provider;
}

/** What the settings read from a callback that is pasted in. */
export function CallbackTrial({ form, provider }: CallbackTrialProps) {
  const [callback, setCallback] = useState('');
  const preview = usePreview(form, provider, callback);
  const found = preview.data?.callback;
  return (
    <div className={styles.trial} data-testid="callback-trial">
      <Field label={t`What the service posts`} help={t`As JSON or as a form. Nothing is kept.`}>
        <Textarea
          rows={4}
          mono
          spellCheck={false}
          value={callback}
          placeholder={'{"id": "…", "status": "…"}'}
          onChange={(event) => setCallback(event.target.value)}
        />
      </Field>
      <Refusal error={preview.error} />
      {callback.trim() !== '' && found && <Callback callback={found} />}
    </div>
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
