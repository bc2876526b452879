import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, type Schemas, unwrap } from '@/api/client';
import { fieldMessages } from '@/api/problem';
import { slugOf } from '@/format/slug';
import { Button, Field, focusInvalid, Refusal, Segmented, Select } from '@/ui';
import { BasicFields } from './BasicFields';
import styles from './ChannelForm.module.css';
import { channelTypeLook } from './channelTypes';
import { checkChannel, newChannelBody, newChannelForm, type Problems } from './form';
import { ProviderSections } from './ProviderSections';
import { channelQuery } from './queries';
import type { Provider } from './types';

interface NewChannelFormProps {
  providers: Provider[];
  /** Only channels of this type; left out, of any. */
  type?: string | undefined;
  onCreated(channel: Schemas['Channel']): void;
  onCancel(): void;
}

/** What a new channel needs, by its provider. */
export function NewChannelForm({ providers: all, type, onCreated, onCancel }: NewChannelFormProps) {
  const queries = useQueryClient();
  // The simulator comes first: whoever tries things out needs no account anywhere.
  const providers = all
    .filter((known) => !type || known.channel_types.includes(type))
    .sort((a, b) => Number(b.name === 'simulator') - Number(a.name === 'simulator'));
  const [form, setForm] = useState(() => {
    const first = newChannelForm(providers[0]);
    return type ? { ...first, type } : first;
  });
  const [problems, setProblems] = useState<Problems>({});
  const provider = providers.find((known) => known.name === form.kind);
  const create = useMutation({
    mutationFn: () => unwrap(api.POST('/channels', { body: newChannelBody(form) })),
    onSuccess: (channel) => {
      queries.setQueryData(channelQuery(channel.id).queryKey, channel);
      void queries.invalidateQueries({ queryKey: ['channels', 'all'] });
      onCreated(channel);
    },
    onError: (error) => setProblems(fieldMessages(error)),
  });
  const change = (next: Partial<typeof form>) => {
    setForm({ ...form, ...next });
    setProblems({});
  };
  const choose = (kind: string) => {
    const next = providers.find((known) => known.name === kind);
    const fresh = newChannelForm(next);
    // What was typed about the channel itself stays; the type too, where the provider has it.
    change({
      kind,
      type: next?.channel_types.includes(form.type) ? form.type : fresh.type,
      credentials: {},
      settings: {},
    });
  };
  return (
    <form
      className={styles.card}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        const found = checkChannel(form, provider);
        setProblems(found);
        if (Object.keys(found).length === 0) create.mutate();
        else focusInvalid(event.currentTarget);
      }}
    >
      <Field label={t`Provider`} required help={provider?.help} error={problems.kind}>
        <Select
          value={form.kind}
          onChange={choose}
          options={providers.map((known) => ({
            value: known.name,
            label: known.title,
            detail: known.channel_types.map((type) => channelTypeLook(type).title).join(', '),
          }))}
        />
      </Field>
      {provider && type === undefined && (
        <TypeField types={provider.channel_types} value={form.type} onChange={(type) => change({ type })} />
      )}
      <BasicFields form={form} problems={problems} onChange={change} slugHint={slugOf(form.name)} />
      {provider && (
        <ProviderSections provider={provider} form={form} problems={problems} level={2} onChange={change} />
      )}
      <Refusal error={Object.keys(problems).length === 0 ? create.error : null} />
      <div className={styles.buttons}>
        <Button onClick={onCancel}>
          <Trans>Cancel</Trans>
        </Button>
        <Button type="submit" variant="primary" busy={create.isPending}>
          <Trans>Create channel</Trans>
        </Button>
      </div>
    </form>
  );
}

/** As many types as fit side by side. */
const sideBySide = 5;

/** The channel's type, where its provider has more than one. */
function TypeField({
  types,
  value,
  onChange,
}: {
  types: readonly string[];
  value: string;
  onChange(type: string): void;
}) {
  const options = types.map((type) => ({ value: type, label: channelTypeLook(type).title }));
  if (options.length < 2) return null;
  if (options.length > sideBySide)
    return (
      <Field label={t`Type`} required>
        <Select value={value} onChange={onChange} options={options} />
      </Field>
    );
  return (
    <Field label={t`Type`} group>
      <Segmented aria-label={t`Type`} value={value} onChange={onChange} options={options} />
    </Field>
  );
}
