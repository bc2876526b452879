import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, unwrap } from '@/api/client';
import { ApiError, describeError } from '@/api/problem';
import { flowQuery } from '@/api/queries';
import type { Diagnostic } from '@/canvas/cards';
import { Button, Dialog, Field, Textarea, toast } from '@/ui';
import { boundWords } from './bound';
import { useEditor, useEditorState } from './context';
import styles from './dialogs.module.css';
import { IssueList } from './IssueList';

/** Makes the draft the version that new runs execute. */
export function PublishDialog({ onClose }: { onClose(): void }) {
  const { store, autosaver, view } = useEditor();
  const queries = useQueryClient();
  const [message, setMessage] = useState('');
  const diagnostics = useEditorState((state) => state.diagnostics);
  const bound = useEditorState((state) => state.bound);
  const { flowId } = store.getState();

  const publish = useMutation({
    mutationFn: async () => {
      if (!(await autosaver.flush()))
        throw new Error('The draft could not be saved, so it was not published.');
      const { etag } = store.getState();
      const text = message.trim();
      return unwrap(
        api.POST('/flows/{flow_id}/publish', {
          params: { path: { flow_id: flowId }, header: { 'If-Match': etag } },
          body: text ? { message: text } : {},
        }),
      );
    },
    onSuccess: (version) => {
      store.setState((state) => ({ draftChanged: state.flow !== state.saved }));
      // At once, because Run looks at it.
      queries.setQueryData(
        flowQuery(flowId).queryKey,
        (meta) => meta && { ...meta, published_version: version.number, published_at: version.created_at },
      );
      void queries.invalidateQueries({ queryKey: ['flows'] });
      toast({ kind: 'success', title: `Published as version ${version.number}` });
      onClose();
    },
    onError: (error) => {
      if (error instanceof ApiError && Array.isArray(error.body.diagnostics)) {
        store.setState({ diagnostics: error.body.diagnostics as Diagnostic[] });
      }
    },
  });

  const errors = diagnostics.filter((found) => found.severity === 'error');
  const refusedElse = publish.isError && !isRefusal(publish.error) ? describeError(publish.error) : undefined;
  const show = (node: string) => {
    onClose();
    store.getState().select([node]);
    view.reveal([node]);
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={errors.length > 0 ? 'This flow cannot be published yet' : 'Publish this flow'}
      description={
        errors.length > 0
          ? 'Correct these first. Choose one to see its node.'
          : 'New runs execute what you publish. Runs that are under way keep their version.'
      }
      footer={
        <>
          <Button onClick={onClose}>{errors.length > 0 ? 'Close' : 'Cancel'}</Button>
          {errors.length === 0 && (
            <Button variant="primary" busy={publish.isPending} onClick={() => publish.mutate()}>
              Publish now
            </Button>
          )}
        </>
      }
    >
      {errors.length > 0 ? (
        <IssueList diagnostics={errors} onChoose={show} />
      ) : (
        <>
          <Field label="What changed" help="Shown in the list of versions. You may leave it empty.">
            <Textarea
              value={message}
              maxLength={500}
              rows={2}
              onChange={(event) => setMessage(event.target.value)}
            />
          </Field>
          {bound && <p className={styles.quiet}>{boundWords(bound).help}</p>}
          {refusedElse && (
            <p className={styles.error} role="alert">
              {refusedElse.title}. {refusedElse.detail}
            </p>
          )}
        </>
      )}
    </Dialog>
  );
}

function isRefusal(error: unknown): boolean {
  return error instanceof ApiError && Array.isArray(error.body.diagnostics);
}
