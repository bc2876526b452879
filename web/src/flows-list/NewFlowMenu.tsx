import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { ChevronDown, FileUp, LayoutTemplate, Plus, SquarePen } from 'lucide-react';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { api, unwrap } from '@/api/client';
import { describeError } from '@/api/problem';
import { Button, Menu, toast } from '@/ui';
import { ImportDialog } from './ImportDialog';

/** Creates an empty flow and opens it. */
export function useCreateBlankFlow() {
  const queries = useQueryClient();
  const [, navigate] = useLocation();
  return useMutation({
    mutationFn: () => unwrap(api.POST('/flows', { body: { name: t`Untitled flow` } })),
    onSuccess: (flow) => {
      void queries.invalidateQueries({ queryKey: ['flows'] });
      navigate(`/flows/${flow.id}`);
    },
    onError: (error) => toast({ kind: 'error', ...describeError(error) }),
  });
}

/** "New flow": blank, from the gallery, or from a file. */
export function NewFlowMenu() {
  const create = useCreateBlankFlow();
  const [, navigate] = useLocation();
  const [importing, setImporting] = useState(false);
  return (
    <>
      <Menu
        trigger={
          <Button variant="primary" icon={<Plus />} busy={create.isPending}>
            <Trans>New flow</Trans>{' '}
            <ChevronDown size={14} aria-hidden="true" style={{ verticalAlign: '-2px' }} />
          </Button>
        }
        items={[
          {
            label: t`Blank flow`,
            detail: t`Begin with Start and draw the rest`,
            icon: <SquarePen />,
            onSelect: () => create.mutate(),
          },
          {
            label: t`From the gallery…`,
            detail: t`A complete flow to change`,
            icon: <LayoutTemplate />,
            onSelect: () => navigate('/gallery'),
          },
          {
            label: t`Import JSON…`,
            detail: t`A flow that was exported here or elsewhere`,
            icon: <FileUp />,
            onSelect: () => setImporting(true),
          },
        ]}
      />
      <ImportDialog open={importing} onClose={() => setImporting(false)} />
    </>
  );
}
