import { Trans, useLingui } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import { CircleCheck, CircleDashed } from 'lucide-react';
import { allChannelsQuery, allTemplatesQuery } from '@/api/queries';
import { ChannelMark } from '@/channels/ChannelMark';
import styles from './GalleryFlowScreen.module.css';
import { needsOf } from './needs';
import type { GalleryFlow } from './types';

/** The channels and templates that a flow refers to, and which of them the workspace has. */
export function NeedsList({ flow }: { flow: GalleryFlow }) {
  const channels = useQuery(allChannelsQuery);
  const templates = useQuery(allTemplatesQuery);
  if (!channels.data || !templates.data) return null;
  const needs = needsOf(flow, channels.data, templates.data);
  return (
    <>
      <h2 className={styles.heading}>
        <Trans>What it uses</Trans>
      </h2>
      <ul className={styles.needs}>
        {needs.channels.map(({ slug, channel_type, present }) => (
          <li key={slug}>
            <ChannelMark type={channel_type} named />
            <code>{slug}</code>
            <Presence present={present} />
          </li>
        ))}
        {needs.templates.map(({ slug, language, channel_type, present }) => (
          <li key={`${slug}/${language}`}>
            <ChannelMark type={channel_type} />
            <span>
              <Trans>
                Template <code>{slug}</code>, {language}
              </Trans>
            </span>
            <Presence present={present} />
          </li>
        ))}
      </ul>
    </>
  );
}

function Presence({ present }: { present: boolean }) {
  const { t } = useLingui();
  return (
    <span className={present ? styles.present : styles.absent}>
      {present ? <CircleCheck size={14} aria-hidden="true" /> : <CircleDashed size={14} aria-hidden="true" />}
      {present ? t`There` : t`Missing`}
    </span>
  );
}
