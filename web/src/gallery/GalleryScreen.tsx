import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import { Search } from 'lucide-react';
import { useMemo } from 'react';
import { Link, useSearchParams } from 'wouter';
import { nodeTypesQuery } from '@/api/queries';
import { ChannelMark } from '@/channels/ChannelMark';
import { channelTypeLook } from '@/channels/channelTypes';
import { byType, type NodeType, type NodeTypes } from '@/flow-model';
import { Button, EmptyState, ErrorState, Input, Page, Select, Skeleton } from '@/ui';
import { categories } from './categories';
import { choices, chosen, filterOf, type GalleryFilter } from './choose';
import styles from './GalleryScreen.module.css';
import { galleryQuery } from './queries';
import { Thumbnail } from './Thumbnail';
import type { GalleryFlow } from './types';

/** `/gallery`: complete flows to begin with. The address keeps what is looked for. */
export function GalleryScreen() {
  const { t } = useLingui();
  const [search, setSearch] = useSearchParams();
  const filter = filterOf(search);
  const gallery = useQuery(galleryQuery);
  const types = useQuery(nodeTypesQuery);
  const known = useMemo(() => byType((types.data ?? []) as NodeType[]), [types.data]);
  const set = (name: keyof GalleryFilter, value: string) =>
    setSearch(
      (before) => {
        const after = new URLSearchParams(before);
        if (value) after.set(name, value);
        else after.delete(name);
        return after;
      },
      { replace: true },
    );
  const shown = gallery.data && chosen(gallery.data, filter);
  return (
    <Page
      title={t`Gallery`}
      description={t`Complete flows to begin with. Each one becomes yours: change what you like, nothing is sent until you run it.`}
    >
      <Filter flows={gallery.data ?? []} filter={filter} onChange={set} />
      {gallery.isError ? (
        <ErrorState error={gallery.error} onRetry={() => void gallery.refetch()} />
      ) : !shown ? (
        <Loading />
      ) : shown.length === 0 ? (
        <EmptyState
          icon={<Search />}
          title={t`No flow of the gallery fits what you look for.`}
          action={
            <Button onClick={() => setSearch({}, { replace: true })}>
              <Trans>Show all of them</Trans>
            </Button>
          }
        />
      ) : (
        <ul className={styles.grid} aria-label={t`Flows of the gallery`}>
          {shown.map((flow) => (
            <GalleryCard key={flow.name} flow={flow} types={known} />
          ))}
        </ul>
      )}
    </Page>
  );
}

interface FilterProps {
  flows: readonly GalleryFlow[];
  filter: GalleryFilter;
  onChange(name: keyof GalleryFilter, value: string): void;
}

const anyChannel = 'any';

function Filter({ flows, filter, onChange }: FilterProps) {
  const { t, i18n } = useLingui();
  const possible = choices(flows);
  return (
    <search className={styles.filter}>
      <Input
        className={styles.search ?? ''}
        type="search"
        aria-label={t`Search the gallery`}
        placeholder={t`Search: password, parcel, sale…`}
        leading={<Search />}
        maxLength={100}
        value={filter.q}
        onChange={(event) => onChange('q', event.target.value)}
      />
      <Select
        aria-label={t`Channel`}
        className={styles.channel ?? ''}
        value={filter.channel || anyChannel}
        onChange={(value) => onChange('channel', value === anyChannel ? '' : value)}
        options={[
          { value: anyChannel, label: t`Any channel` },
          ...possible.channels.map((type) => ({
            value: type,
            label: channelTypeLook(type).title,
            icon: <ChannelMark type={type} />,
          })),
        ]}
      />
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset would announce a form */}
      <div className={styles.categories} role="group" aria-label={t`Category`}>
        {categories
          .filter(({ value }) => possible.categories.has(value))
          .map(({ value, title }) => (
            <button
              key={value}
              type="button"
              className={styles.category}
              aria-pressed={filter.category === value}
              onClick={() => onChange('category', filter.category === value ? '' : value)}
            >
              {i18n._(title)}
            </button>
          ))}
      </div>
    </search>
  );
}

function GalleryCard({ flow, types }: { flow: GalleryFlow; types: NodeTypes }) {
  return (
    <li className={styles.card} data-tour={`gallery-${flow.name}`}>
      <Thumbnail sketch={flow.sketch} types={types} />
      <div className={styles.about}>
        <h2 className={styles.title}>
          <Link href={`/gallery/${flow.name}`} className={styles.link}>
            {flow.title}
          </Link>
        </h2>
        <p className={styles.description}>{flow.description}</p>
        <p className={styles.facts}>
          <span className={styles.marks}>
            {flow.channel_types.map((type) => (
              <ChannelMark key={type} type={type} />
            ))}
          </span>
          <span>
            <Plural value={flow.nodes} one="# node" other="# nodes" />
          </span>
          <span>
            <Plural value={flow.scenarios} one="# scenario" other="# scenarios" />
          </span>
        </p>
      </div>
    </li>
  );
}

function Loading() {
  return (
    <ul className={styles.grid} aria-busy="true">
      {[0, 1, 2, 3, 4, 5].map((index) => (
        <li key={index} className={styles.card}>
          <Skeleton height={190} radius={0} />
          <div className={styles.about}>
            <Skeleton width="60%" height={16} />
            <Skeleton width="100%" height={34} />
          </div>
        </li>
      ))}
    </ul>
  );
}
