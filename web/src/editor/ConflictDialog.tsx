import { Trans, useLingui } from '@lingui/react/macro';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useLocation } from 'wouter';
import { api, type Schemas, unwrap } from '@/api/client';
import { describeError } from '@/api/problem';
import { flowQuery } from '@/api/queries';
import { diffFlows, type Flow, mergeFlows, readFlow, type Side } from '@/flow-model';
import { Button, Dialog, toast } from '@/ui';
import { DiffDialog } from '@/versions/DiffDialog';
import { changeSummary } from '@/versions/summary';
import { ClashList } from './ClashList';
import styles from './ConflictDialog.module.css';
import { useEditor, useEditorState } from './context';
import { loadDraft } from './draftClient';

/** Two saved one draft and changed the same things: the person chooses, and nothing is lost whichever is chosen. */
export function ConflictDialog() {
  const save = useEditorState((state) => state.save);
  const theirs = useMemo(() => {
    const read = save.kind === 'conflict' ? readFlow(save.draft) : undefined;
    return read && 'flow' in read ? read.flow : undefined;
  }, [save]);
  if (save.kind !== 'conflict') return null;
  return <Conflict key={save.etag} etag={save.etag} theirs={theirs} />;
}

/** `theirs` is undefined when the other draft cannot be drawn: then there is no merging. */
function Conflict({ etag, theirs }: { etag: string; theirs: Flow | undefined }) {
  const { t } = useLingui();
  const types = useEditorState((state) => state.types);
  const mine = useEditorState((state) => state.flow);
  const base = useEditorState((state) => state.saved);
  const [choices, setChoices] = useState<ReadonlyMap<string, Side>>(new Map());
  const [compared, setCompared] = useState(false);
  const merge = useMemo(
    () => theirs && mergeFlows(base, mine, theirs, choices),
    [base, mine, theirs, choices],
  );
  const { keep, take, join, copy, busy } = useWays({ etag, theirs, merged: merge?.flow });

  return (
    <Dialog
      open
      // There is no way around the choice: everything else would lose one of the two.
      onOpenChange={() => undefined}
      closable={false}
      size="large"
      title={t`This flow was changed elsewhere`}
      description={t`Somebody, or you in another tab, saved another draft of this flow since you opened it, and both changed the same things. Nothing of yours is saved yet. Whatever you choose, the other side stays among the versions as a copy on this computer.`}
    >
      {theirs && merge && (
        <>
          <dl className={styles.sides}>
            <div>
              <dt>
                <Trans>Mine</Trans>
              </dt>
              <dd>{changeSummary(diffFlows(base, mine, types))}</dd>
            </div>
            <div>
              <dt>
                <Trans>Theirs</Trans>
              </dt>
              <dd>{changeSummary(diffFlows(base, theirs, types))}</dd>
            </div>
            <Button size="small" onClick={() => setCompared(true)}>
              <Trans>Show the difference</Trans>
            </Button>
          </dl>
          <ClashList
            clashes={merge.clashes}
            mine={mine}
            theirs={theirs}
            types={types}
            choices={choices}
            onChoose={(key, side) => setChoices(new Map(choices).set(key, side))}
          />
        </>
      )}
      <div className={styles.choices}>
        {theirs && (
          <Choice
            label={t`Merge`}
            detail={t`Keeps what each side changed alone, and what is chosen above.`}
            busy={join.isPending}
            disabled={busy}
            onChoose={() => join.mutate()}
            primary
          />
        )}
        <Choice
          label={t`Keep mine`}
          detail={t`Saves what you see here over the other draft.`}
          busy={keep.isPending}
          disabled={busy}
          onChoose={() => keep.mutate()}
        />
        <Choice
          label={t`Take theirs`}
          detail={t`Shows the other draft in place of yours.`}
          busy={take.isPending}
          disabled={busy}
          onChoose={() => take.mutate()}
        />
        <Choice
          label={t`Save mine as a copy`}
          detail={t`The other draft stays here, yours becomes a flow of its own.`}
          busy={copy.isPending}
          disabled={busy}
          onChoose={() => copy.mutate()}
        />
      </div>
      {compared && theirs && (
        <DiffDialog
          title={t`From the other draft to yours`}
          before={theirs}
          after={mine}
          names={{ before: t`Theirs`, after: t`Mine` }}
          onClose={() => setCompared(false)}
        />
      )}
    </Dialog>
  );
}

/** What each choice does. */
function useWays({
  etag,
  theirs,
  merged,
}: {
  etag: string;
  theirs: Flow | undefined;
  merged: Flow | undefined;
}) {
  const { store, autosaver, copies } = useEditor();
  const { t } = useLingui();
  const [, navigate] = useLocation();
  const queries = useQueryClient();
  const onError = (error: unknown) => toast({ kind: 'error', ...describeError(error) });
  /** A browser that keeps nothing must not keep people from choosing. */
  const setAside = (flow: Flow | undefined, reason: 'mine' | 'theirs') =>
    flow && copies?.addCopy(store.getState().flowId, flow, reason).catch(() => undefined);

  const keep = useMutation({
    mutationFn: async () => {
      await setAside(theirs, 'theirs');
      await autosaver.overwrite();
    },
    onError,
  });
  const take = useMutation({
    mutationFn: async () => {
      const { flowId, flow, mergeIn } = store.getState();
      // Fresh, with its diagnostics: it may have changed once more since the conflict was seen.
      const loaded = await loadDraft(flowId);
      const read = readFlow(loaded.draft);
      if ('problem' in read) throw new Error(t`The other draft cannot be drawn. ${read.problem}`);
      await setAside(flow, 'mine');
      mergeIn(read.flow, read.flow, { ...loaded.state, etag: loaded.etag }, t`Take the other draft`);
      await queries.invalidateQueries(flowQuery(flowId));
    },
    onError,
  });
  const join = useMutation({
    mutationFn: async () => {
      if (!theirs || !merged) return;
      await setAside(store.getState().flow, 'mine');
      await setAside(theirs, 'theirs');
      store.getState().mergeIn(theirs, merged, { etag }, t`Merge with the other draft`);
      await autosaver.flush();
    },
    onError,
  });
  const copy = useMutation({
    mutationFn: async () => {
      const { flow } = store.getState();
      const name = t`${flow.name} (my copy)`.slice(0, 200);
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
    onError,
  });
  const busy = [keep, take, join, copy].some((way) => way.isPending);
  return { keep, take, join, copy, busy };
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
