import { t } from '@lingui/core/macro';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { allChannelsQuery } from '@/api/queries';
import { useMay } from '@/app/SessionGate';
import { channelTypeOf, type Path } from '@/flow-model';
import { useField, useForm } from './form';
import { Picker } from './Picker';

const NewChannelDialog = lazy(() => import('./create/NewChannelDialog'));

/** The channels of the node's type, by slug; a new one can be set up in place. */
export function ChannelPicker({ path }: { path: Path }) {
  const { node, type, readOnly } = useForm();
  const { value, change } = useField(path);
  const mayCreate = useMay('admin');
  const [creating, setCreating] = useState(false);
  const channels = useQuery(allChannelsQuery);
  const channelType = channelTypeOf(node, type);
  const fitting = (channels.data ?? []).filter((channel) => channel.type === channelType);
  const slug = typeof value === 'string' ? value : undefined;
  const options = fitting.map((channel) => ({
    value: channel.slug,
    label: channel.name,
    detail: channel.status === 'bound' ? channel.slug : `${channel.slug} · ${channel.status}`,
  }));
  // A slug that is not here stays in sight: the flow may come from elsewhere.
  if (slug && channels.data && !options.some((option) => option.value === slug)) {
    options.unshift({ value: slug, label: slug, detail: t`There is no such channel here` });
  }
  return (
    <>
      <Picker
        value={slug}
        options={options}
        onChange={change}
        disabled={readOnly}
        placeholder={channels.isPending ? t`Loading channels…` : t`Choose a channel`}
        none={t`There is no channel of that name.`}
        create={
          channelType && mayCreate
            ? { label: t`Create a channel`, onCreate: () => setCreating(true) }
            : undefined
        }
      />
      {creating && channelType && (
        <Suspense fallback={null}>
          <NewChannelDialog type={channelType} onCreated={change} onClose={() => setCreating(false)} />
        </Suspense>
      )}
    </>
  );
}
