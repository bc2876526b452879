import { msg } from '@lingui/core/macro';
import { Trans, useLingui } from '@lingui/react/macro';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Trash2 } from 'lucide-react';
import type { Flow } from '@/flow-model';
import { When } from '@/format/When';
import { Button, IconButton } from '@/ui';
import { useEditor } from './context';
import styles from './dialogs.module.css';
import type { CopyReason } from './keptDrafts';

const reasons: Record<CopyReason, ReturnType<typeof msg>> = {
  mine: msg`Yours, when you took the other draft`,
  theirs: msg`The other draft, when you kept yours`,
  replaced: msg`The draft before a version was restored`,
  recovered: msg`Left by a tab that was closed`,
};

interface KeptCopiesProps {
  onCompare(chosen: { name: string; flow: Flow }): void;
  onRestore: ((chosen: { name: string; flow: Flow }) => void) | undefined;
}

/** Drafts of this flow that gave way to others, kept in this browser only. */
export function KeptCopies({ onCompare, onRestore }: KeptCopiesProps) {
  const { store, copies } = useEditor();
  const { i18n, t } = useLingui();
  const queries = useQueryClient();
  const { flowId } = store.getState();
  const key = ['kept-copies', flowId];
  const kept = useQuery({
    queryKey: key,
    queryFn: async () => (await copies?.copiesOf(flowId)) ?? [],
    staleTime: 0,
  });
  if (!kept.data || kept.data.length === 0) return null;
  const remove = async (id: string) => {
    await copies?.removeCopy(flowId, id);
    await queries.invalidateQueries({ queryKey: key });
  };
  return (
    <section>
      <h3 className={styles.heading}>
        <Trans>Copies on this computer</Trans>
      </h3>
      <ul className={styles.versions}>
        {kept.data.map((copy) => {
          const chosen = { name: t`the copy`, flow: copy.flow };
          return (
            <li key={copy.id} className={styles.version}>
              <div className={styles.versionText}>
                <p>{i18n._(reasons[copy.reason])}</p>
                <p className={styles.quiet}>
                  <When at={new Date(copy.at).toISOString()} />
                </p>
              </div>
              <Button size="small" onClick={() => onCompare(chosen)}>
                <Trans>Compare with draft</Trans>
              </Button>
              {onRestore && (
                <Button size="small" onClick={() => onRestore(chosen)}>
                  <Trans>Restore as draft</Trans>
                </Button>
              )}
              <IconButton label={t`Delete this copy`} size="small" onClick={() => void remove(copy.id)}>
                <Trash2 />
              </IconButton>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
