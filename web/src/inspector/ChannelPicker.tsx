import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { allChannelsQuery } from '@/api/queries';
import { channelTypeOf, type Path } from '@/flow-model';
import { Select } from '@/ui';
import { useField, useForm } from './form';

/** The channels of the node's type, by slug. */
export function ChannelPicker({ path }: { path: Path }) {
  const { type, node, readOnly } = useForm();
  const channelType = channelTypeOf(node, type);
  const { value, change } = useField(path);
  const channels = useQuery(allChannelsQuery);
  const fitting = (channels.data ?? []).filter((channel) => channel.type === channelType);
  const slug = typeof value === 'string' ? value : undefined;
  const options = fitting.map((channel) => ({
    value: channel.slug,
    label: channel.name,
    detail: channel.status === 'bound' ? channel.slug : `${channel.slug} · ${channel.status}`,
  }));
  // A slug that is not here stays in sight: the flow may come from elsewhere.
  if (slug && channels.data && !options.some((option) => option.value === slug)) {
    options.unshift({ value: slug, label: slug, detail: 'There is no such channel here' });
  }
  return (
    <Select
      value={slug}
      options={options}
      onChange={change}
      disabled={readOnly}
      placeholder={channels.isPending ? 'Loading channels…' : 'Choose a channel'}
      footer={<Link href={`/channels?new=${channelType ?? ''}`}>Create a channel</Link>}
    />
  );
}
