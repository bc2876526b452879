import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useLocation } from 'wouter';
import { api, type Schemas, unwrap } from '@/api/client';
import { describeError } from '@/api/problem';
import { flowQuery } from '@/api/queries';
import { readFlow } from '@/flow-model';
import { Button, Dialog, toast } from '@/ui';
import styles from './ConflictDialog.module.css';
import { useEditor, useEditorState } from './context';
import { loadDraft } from './draftClient';

/** Two saved one draft: the person chooses which stays. Closing it leaves the draft unsaved and in sight. */
export function ConflictDialog() {
  const { store, autosaver } = useEditor();
  const save = useEditorState((state) => state.save);
  const [, navigate] = useLocation();
  const queries = useQueryClient();
  const failed = (error: unknown) => toast({ kind: 'error', ...describeError(error) });

  const overwrite = useMutation({ mutationFn: () => autosaver.overwrite(), onError: failed });
  const takeTheirs = useMutation({
    mutationFn: async () => {
      // Fresh, with its diagnostics: it may have changed once more since the conflict was seen.
      const { flowId } = store.getState();
      const loaded = await loadDraft(flowId);
      const read = readFlow(loaded.draft);
      if ('problem' in read) throw new Error(`The other draft cannot be drawn. ${read.problem}`);
      store.getState().replace(read.flow, { ...loaded.state, etag: loaded.etag });
      await queries.invalidateQueries(flowQuery(flowId));
    },
    onError: failed,
  });
  const copy = useMutation({
    mutationFn: async () => {
      const { flow } = store.getState();
      const name = `${flow.name} (my copy)`.slice(0, 200);
      const definition = { ...flow, name } as unknown as Schemas['FlowDefinition'];
      const created = await unwrap(api.POST('/flows', { body: { name, definition } }));
      // What was on screen is safe now: leaving must neither ask nor save.
      store.setState({ saved: flow, save: { kind: 'saved' } });
      return created.id;
    },
    onSuccess: (id) => {
      void queries.invalidateQueries({ queryKey: ['flows'] });
      navigate(`/flows/${id}`);
    },
    onError: failed,
  });
  const busy = overwrite.isPending || takeTheirs.isPending || copy.isPending;

  return (
    <Dialog
      open={save.kind === 'conflict'}
      // There is no way around the choice: everything else would lose one of the two.
      onOpenChange={() => undefined}
      closable={false}
      title="This flow was changed elsewhere"
      description="Somebody, or you in another tab, saved another draft of this flow since you opened it. Nothing of yours is saved yet. Which one should stay?"
    >
      <div className={styles.choices}>
        <Choice
          label="Keep mine"
          detail="Saves what you see here over the other draft. The other changes are lost."
          busy={overwrite.isPending}
          disabled={busy}
          onChoose={() => overwrite.mutate()}
        />
        <Choice
          label="Take theirs"
          detail="Shows the other draft. Your changes since the last save are lost."
          busy={takeTheirs.isPending}
          disabled={busy}
          onChoose={() => takeTheirs.mutate()}
        />
        <Choice
          label="Save mine as a copy"
          detail="Keeps both: the other draft stays here, yours becomes a flow of its own."
          busy={copy.isPending}
          disabled={busy}
          onChoose={() => copy.mutate()}
          primary
        />
      </div>
    </Dialog>
  );
}

interface ChoiceProps {
  label: string;
  detail: string;
  busy: boolean;
  disabled: boolean;
  primary?: boolean;
  onChoose(): void;
}

function Choice({ label, detail, busy, disabled, primary = false, onChoose }: ChoiceProps) {
  return (
    <div className={styles.choice}>
      <p>{detail}</p>
      <Button variant={primary ? 'primary' : 'secondary'} busy={busy} disabled={disabled} onClick={onChoose}>
        {label}
      </Button>
    </div>
  );
}
