import { t } from '@lingui/core/macro';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useLocation } from 'wouter';
import { api, unwrap } from '@/api/client';
import { describeError } from '@/api/problem';
import { channelTypeLook } from '@/channels/channelTypes';
import { toast } from '@/ui';
import type { Needs } from './needs';
import type { GalleryFlowDetail } from './types';

interface Take {
  detail: GalleryFlowDetail;
  /** What is added first, so that the flow can be tried at once. */
  add: Needs['missing'];
}

/** Makes a flow of the gallery one's own and opens it. Simulated channels and templates that it lacks come first. */
export function useTakeFlow() {
  const queries = useQueryClient();
  const [, navigate] = useLocation();
  return useMutation({
    mutationFn: async ({ detail, add }: Take) => {
      for (const { slug, channel_type } of add.channels) await addSimulated(slug, channel_type);
      // The workspace has no use for a sample that waits for a vendor's approval: simulated channels need none.
      for (const template of add.templates)
        await unwrap(api.POST('/templates', { body: { ...template, status: 'approved' } }));
      return unwrap(api.POST('/flows/import', { body: detail.definition }));
    },
    onSuccess: (flow) => navigate(`/flows/${flow.id}`),
    onError: (error) => toast({ kind: 'error', ...describeError(error) }),
    onSettled: () => {
      for (const key of ['flows', 'channels', 'templates'])
        void queries.invalidateQueries({ queryKey: [key] });
    },
  });
}

async function addSimulated(slug: string, type: string): Promise<void> {
  const channel = await unwrap(
    api.POST('/channels', {
      body: {
        slug,
        type,
        kind: 'simulator',
        name: channelTypeLook(type).title,
        remarks: t`A simulated phone on the screen. Nothing leaves this server.`,
      },
    }),
  );
  await unwrap(api.POST('/channels/{channel_id}/bind', { params: { path: { channel_id: channel.id } } }));
}
