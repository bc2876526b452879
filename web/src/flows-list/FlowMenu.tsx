import { plural, t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { CopyPlus, Download, Ellipsis, Play, SquarePen, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { api, unwrap } from '@/api/client';
import { describeError } from '@/api/problem';
import { ConfirmDialog, IconButton, Menu, toast } from '@/ui';
import type { Flow } from './types';

/** What can be done with a flow from the list. */
export function FlowMenu({ flow, mayEdit }: { flow: Flow; mayEdit: boolean }) {
  const queries = useQueryClient();
  const [, navigate] = useLocation();
  const [deleting, setDeleting] = useState(false);
  const path = { flow_id: flow.id };
  const renew = () => queries.invalidateQueries({ queryKey: ['flows'] });
  const fail = (error: Error) => toast({ kind: 'error', ...describeError(error) });

  const duplicate = useMutation({
    mutationFn: () => unwrap(api.POST('/flows/{flow_id}/duplicate', { params: { path } })),
    onSuccess: (copy) => {
      toast({
        kind: 'success',
        title: t`“${copy.name}” is made`,
        action: { label: t`Open`, onSelect: () => navigate(`/flows/${copy.id}`) },
      });
      return renew();
    },
    onError: fail,
  });
  const remove = useMutation({
    mutationFn: () => unwrap(api.DELETE('/flows/{flow_id}', { params: { path } })),
    onSuccess: async () => {
      await renew();
      setDeleting(false);
      toast({ kind: 'success', title: t`“${flow.name}” is deleted` });
    },
    onError: fail,
  });

  return (
    <>
      <Menu
        trigger={
          <IconButton label={t`More for ${flow.name}`} size="small">
            <Ellipsis />
          </IconButton>
        }
        items={[
          { label: t`Open`, icon: <SquarePen />, onSelect: () => navigate(`/flows/${flow.id}`) },
          { label: t`See its runs`, icon: <Play />, onSelect: () => navigate(`/runs?flow=${flow.id}`) },
          ...(mayEdit
            ? [{ label: t`Duplicate`, icon: <CopyPlus />, onSelect: () => duplicate.mutate() }]
            : []),
          { label: t`Export JSON`, icon: <Download />, onSelect: () => exportFlow(flow) },
          ...(mayEdit
            ? ([
                'separator',
                { label: t`Delete…`, icon: <Trash2 />, danger: true, onSelect: () => setDeleting(true) },
              ] as const)
            : []),
        ]}
      />
      <ConfirmDialog
        open={deleting}
        onOpenChange={setDeleting}
        title={t`Delete “${flow.name}”?`}
        action={t`Delete the flow`}
        busy={remove.isPending}
        onConfirm={() => remove.mutate()}
      >
        <p>
          {flow.published_version === null
            ? t`Its draft is lost.`
            : t`Its draft and ${plural(flow.published_version, { one: '# published version', other: '# published versions' })} are lost, and it starts no new runs.`}{' '}
          <Trans>
            Runs that wait go on to their end, and finished runs stay readable. Export it first if you may
            want it back.
          </Trans>
        </p>
      </ConfirmDialog>
    </>
  );
}

/** Lets the browser download the draft; the server names the file. */
function exportFlow(flow: Flow): void {
  const link = document.createElement('a');
  link.href = `/api/v1/flows/${encodeURIComponent(flow.id)}/export`;
  link.download = '';
  link.click();
}
