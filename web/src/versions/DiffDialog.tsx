import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { nodeTypesQuery } from '@/api/queries';
import type { Flow, NodeType } from '@/flow-model';
import { Dialog, Skeleton } from '@/ui';
import { DiffView } from './DiffView';

interface DiffDialogProps {
  title: string;
  before: Flow;
  after: Flow;
  names: { before: string; after: string };
  footer?: ReactNode;
  onClose(): void;
}

/** What differs between two flows, over the whole window. */
export function DiffDialog({ title, before, after, names, footer, onClose }: DiffDialogProps) {
  const types = useQuery(nodeTypesQuery);
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      size="full"
      title={title}
      {...(footer ? { footer } : {})}
    >
      {types.data ? (
        <DiffView before={before} after={after} names={names} specs={types.data as NodeType[]} />
      ) : (
        <Skeleton height="100%" />
      )}
    </Dialog>
  );
}
