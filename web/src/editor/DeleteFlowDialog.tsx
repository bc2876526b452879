import { Trans, useLingui } from '@lingui/react/macro';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useLocation } from 'wouter';
import { api, unwrap } from '@/api/client';
import { describeError } from '@/api/problem';
import { ConfirmDialog, toast } from '@/ui';
import { useEditor, useEditorState } from './context';

/** Asks before the flow is deleted, and says what that means for its runs. */
export function DeleteFlowDialog({ onClose }: { onClose(): void }) {
  const { t } = useLingui();
  const { store, autosaver } = useEditor();
  const name = useEditorState((state) => state.flow.name);
  const [, navigate] = useLocation();
  const queries = useQueryClient();
  const remove = useMutation({
    mutationFn: async () => {
      const { flowId, flow } = store.getState();
      await unwrap(api.DELETE('/flows/{flow_id}', { params: { path: { flow_id: flowId } } }));
      autosaver.stop();
      store.setState({ saved: flow, save: { kind: 'saved' } });
    },
    onSuccess: () => {
      toast({ kind: 'success', title: t`“${name}” was deleted` });
      void queries.invalidateQueries({ queryKey: ['flows'] });
      navigate('/flows');
    },
    onError: (error) => toast({ kind: 'error', ...describeError(error) }),
  });
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t`Delete “${name}”?`}
      action={t`Delete flow`}
      busy={remove.isPending}
      onConfirm={() => remove.mutate()}
    >
      <Trans>
        The draft and all published versions are lost. Runs that wait go on to their end, and finished runs
        stay readable. Export the flow first if you may want it back.
      </Trans>
    </ConfirmDialog>
  );
}
