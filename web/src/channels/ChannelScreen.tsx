import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { Link } from 'wouter';
import { fieldMessages } from '@/api/problem';
import { useMay } from '@/app/SessionGate';
import { Button, ErrorState, focusInvalid, Page, Refusal, Skeleton, toast } from '@/ui';
import { BasicFields } from './BasicFields';
import styles from './ChannelForm.module.css';
import { ChannelHealth } from './ChannelHealth';
import { ChannelSide } from './ChannelSide';
import { type ChannelForm, channelPatch, checkChannel, type Problems, readChannel, unbinds } from './form';
import { ProviderSections } from './ProviderSections';
import { channelQuery, providersQuery, useChannelActions, useLiveChannels } from './queries';
import type { Channel, Provider } from './types';
import { WebhooksPanel } from './webhooks/WebhooksPanel';

/** `/channels/:id`: one channel's state and settings. */
export function ChannelScreen({ channelId }: { channelId: string }) {
  useLiveChannels();
  const channel = useQuery(channelQuery(channelId));
  const providers = useQuery(providersQuery);
  const error = channel.data ? providers.error : (channel.error ?? providers.error);
  return (
    <Page
      title={channel.data?.name ?? t`Channel`}
      description={
        <Link href="/channels">
          <Trans>All channels</Trans>
        </Link>
      }
    >
      {error ? (
        <ErrorState
          error={error}
          onRetry={() => {
            void channel.refetch();
            void providers.refetch();
          }}
        />
      ) : channel.data && providers.data ? (
        <Loaded
          channel={channel.data}
          provider={providers.data.find((provider) => provider.name === channel.data.kind)}
        />
      ) : (
        <div className={styles.columns}>
          <Skeleton height={360} radius={8} />
          <Skeleton height={220} radius={8} />
        </div>
      )}
    </Page>
  );
}

interface LoadedProps {
  channel: Channel;
  provider: Provider | undefined;
}

function Loaded({ channel, provider }: LoadedProps) {
  const may = useMay('admin');
  const [unsaved, setUnsaved] = useState(false);
  const settings = (
    // Settings that changed elsewhere begin the form anew; a new status alone does not.
    <Settings
      key={contentOf(channel)}
      channel={channel}
      provider={provider}
      may={may}
      onUnsaved={setUnsaved}
    />
  );
  const unbound = channel.status === 'unbound';
  return (
    <div className={styles.columns}>
      <div className={styles.main}>
        {/* Before it is bound, nothing is to be seen of it, and what it needs comes first. */}
        {unbound && settings}
        <ChannelHealth channelId={channel.id} tellsRead={provider?.receipts[channel.type]?.read ?? false} />
        {channel.kind !== 'simulator' && <WebhooksPanel channel={channel} provider={provider} may={may} />}
        {!unbound && settings}
      </div>
      <ChannelSide channel={channel} provider={provider} may={may} unsaved={unsaved} />
    </div>
  );
}

function contentOf({ name, remarks, base_url, settings, credentials_set }: Channel): string {
  return JSON.stringify([name, remarks, base_url, settings, credentials_set]);
}

interface SettingsProps extends LoadedProps {
  may: boolean;
  /** Hears whether there are changes that are not saved. */
  onUnsaved(unsaved: boolean): void;
}

function Settings({ channel, provider, may, onUnsaved }: SettingsProps) {
  const [form, setForm] = useState(() => readChannel(channel));
  const [problems, setProblems] = useState<Problems>({});
  const { change: save } = useChannelActions(channel.id);
  const change = (next: Partial<ChannelForm>) => {
    setForm({ ...form, ...next });
    setProblems({});
  };
  const patch = channelPatch(form, channel);
  const unsaved = patch !== undefined;
  useEffect(() => {
    onUnsaved(unsaved);
    return () => onUnsaved(false);
  }, [unsaved, onUnsaved]);
  return (
    <form
      className={styles.card}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        const found = checkChannel(form, provider, channel.credentials_set);
        setProblems(found);
        if (Object.keys(found).length > 0) focusInvalid(event.currentTarget);
        if (Object.keys(found).length > 0 || !patch) return;
        save.mutate(patch, {
          onSuccess: (saved) => {
            setForm(readChannel(saved));
            toast({ kind: 'success', title: t`The channel is saved` });
          },
          onError: (error) => setProblems(fieldMessages(error)),
        });
      }}
    >
      <h2 className={styles.heading}>
        <Trans>Settings</Trans>
      </h2>
      <BasicFields form={form} problems={problems} disabled={!may} onChange={change} />
      {provider && (
        <ProviderSections
          provider={provider}
          form={form}
          stored={channel.credentials_set}
          problems={problems}
          disabled={!may}
          level={3}
          onChange={change}
        />
      )}
      {channel.status === 'bound' && unbinds(patch) && (
        <p className={styles.warn}>
          <Trans>Saving this takes the channel out of use until you bind it again.</Trans>
        </p>
      )}
      <Refusal error={Object.keys(problems).length === 0 ? save.error : null} />
      {may && (
        <div className={styles.buttons}>
          <Button disabled={!patch} onClick={() => change(readChannel(channel))}>
            <Trans>Reset</Trans>
          </Button>
          <Button type="submit" variant="primary" busy={save.isPending} disabled={!patch}>
            <Trans>Save</Trans>
          </Button>
        </div>
      )}
    </form>
  );
}
