import { Trans, useLingui } from '@lingui/react/macro';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
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
import { PublishChanges } from './PublishChanges';
import { PublishScenarios } from './PublishScenarios';
import { useShowIssue } from './useShowIssue';

/** Makes the draft the version that new runs execute, after showing what that changes. */
export function PublishDialog({ onClose }: { onClose(): void }) {
  const { store, trial } = useEditor();
  const { t } = useLingui();
  const [message, setMessage] = useState('');
  const diagnostics = useEditorState((state) => state.diagnostics);
  const bound = useEditorState((state) => state.bound);
  const { flowId } = store.getState();
  const { data: meta } = useQuery(flowQuery(flowId));
  const publish = usePublish(message, onClose);
  const showIssue = useShowIssue();
  const show = (found: Diagnostic) => {
    onClose();
    showIssue(found);
  };

  const errors = diagnostics.filter((found) => found.severity === 'error');
  const others = diagnostics.filter((found) => found.severity !== 'error');
  const refusedElse = publish.isError && !isRefusal(publish.error) ? describeError(publish.error) : undefined;
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      size="large"
      title={errors.length > 0 ? t`This flow cannot be published yet` : t`Publish this flow`}
      description={
        errors.length > 0
          ? t`Correct these first. Choose one to see its node.`
          : t`New runs execute what you publish. Runs that are under way keep their version.`
      }
      footer={
        <>
          <Button onClick={onClose}>
            {errors.length > 0 ? <Trans>Close</Trans> : <Trans>Cancel</Trans>}
          </Button>
          {errors.length === 0 && (
            <Button variant="primary" busy={publish.isPending} onClick={() => publish.mutate()}>
              <Trans>Publish now</Trans>
            </Button>
          )}
        </>
      }
    >
      {errors.length > 0 ? (
        <IssueList diagnostics={errors} onChoose={show} />
      ) : (
        <>
          <Field label={t`What changed`} help={t`Shown in the list of versions. You may leave it empty.`}>
            <Textarea
              value={message}
              maxLength={500}
              rows={2}
              onChange={(event) => setMessage(event.target.value)}
            />
          </Field>
          <PublishChanges published={meta?.published_version ?? undefined} />
          <PublishScenarios
            onShow={() => {
              onClose();
              trial.getState().open('scenarios');
            }}
          />
          {others.length > 0 && (
            <section className={styles.changes}>
              <h3 className={styles.heading}>
                <Trans>Worth a look before you publish</Trans>
              </h3>
              <IssueList diagnostics={others} onChoose={show} />
            </section>
          )}
          {bound && <p className={styles.quiet}>{boundWords(bound).help}</p>}
          {refusedElse && (
            <p className={styles.error} role="alert">
              {[refusedElse.title, refusedElse.detail].filter(Boolean).join('. ')}
            </p>
          )}
        </>
      )}
    </Dialog>
  );
}

function usePublish(message: string, onDone: () => void) {
  const { store, autosaver } = useEditor();
  const { t } = useLingui();
  const queries = useQueryClient();
  const { flowId } = store.getState();
  return useMutation({
    mutationFn: async () => {
      if (!(await autosaver.flush()))
        throw new Error(t`The draft could not be saved, so it was not published.`);
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
      toast({ kind: 'success', title: t`Published as version ${version.number}` });
      onDone();
    },
    onError: (error) => {
      if (error instanceof ApiError && Array.isArray(error.body.diagnostics)) {
        store.setState({ diagnostics: error.body.diagnostics as Diagnostic[] });
      }
    },
  });
}

function isRefusal(error: unknown): boolean {
  return error instanceof ApiError && Array.isArray(error.body.diagnostics);
}
