import { Trans, useLingui } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { allChannelsQuery, allTemplatesQuery } from '@/api/queries';
import { useMay } from '@/app/SessionGate';
import { Button, Switch } from '@/ui';
import styles from './GalleryFlowScreen.module.css';
import { missingCount, needsOf } from './needs';
import type { GalleryFlowDetail } from './types';
import { useTakeFlow } from './useTakeFlow';

/** The button that makes the flow one's own, and what is added with it when the workspace lacks something. */
export function TakeFlow({ detail }: { detail: GalleryFlowDetail }) {
  const { t } = useLingui();
  const mayAddChannels = useMay('admin');
  const channels = useQuery(allChannelsQuery);
  const templates = useQuery(allTemplatesQuery);
  const [adds, setAdds] = useState(true);
  const label = useId();
  const take = useTakeFlow();
  const known = channels.data && templates.data;
  const needs = known ? needsOf(detail.flow, channels.data, templates.data) : undefined;
  const possible = {
    channels: mayAddChannels ? (needs?.missing.channels ?? []) : [],
    templates: needs?.missing.templates ?? [],
  };
  const offers = possible.channels.length + possible.templates.length > 0;
  return (
    <div className={styles.take}>
      <Button
        variant="primary"
        data-tour="use-flow"
        busy={take.isPending || (!needs && !channels.isError && !templates.isError)}
        onClick={() => take.mutate({ detail, add: adds ? possible : { channels: [], templates: [] } })}
      >
        {t`Use this flow`}
      </Button>
      {needs && missingCount(needs) > 0 && (
        <div className={styles.adds}>
          {offers && <Switch checked={adds} onChange={setAdds} aria-label={t`Add what is missing`} />}
          <p id={label}>
            {offers ? (
              <Trans>Add what is missing, simulated, so that you can try the flow at once.</Trans>
            ) : (
              <Trans>
                Ask an administrator to add the channels that are missing. You can draw without them.
              </Trans>
            )}
          </p>
        </div>
      )}
    </div>
  );
}
