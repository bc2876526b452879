import { Trans } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import { Download } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { allChannelsQuery } from '@/api/queries';
import { useMay } from '@/app/SessionGate';
import { providersQuery } from '@/channels/queries';
import type { Channel } from '@/channels/types';
import { Button } from '@/ui';
import { listsTemplates } from './importable';

const ImportDialog = lazy(() => import('./ImportDialog'));

/** Opens the import of one channel's templates, or of any that can. Nothing where none can. */
export function ImportButton({ channel }: { channel?: Channel }) {
  const may = useMay('editor');
  const [open, setOpen] = useState(false);
  const channels = useQuery({ ...allChannelsQuery, enabled: may && !channel });
  const providers = useQuery({ ...providersQuery, enabled: may });
  const able = (channel ? [channel] : (channels.data ?? [])).filter(
    (one) => one.status === 'bound' && listsTemplates(one, providers.data),
  );
  if (!may || able.length === 0) return null;
  return (
    <>
      <Button icon={<Download />} onClick={() => setOpen(true)}>
        <Trans>Import templates</Trans>
      </Button>
      {open && (
        <Suspense fallback={null}>
          <ImportDialog channels={able} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  );
}
