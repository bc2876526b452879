import { Trans, useLingui } from '@lingui/react/macro';
import { GitMerge, History, X } from 'lucide-react';
import { useState } from 'react';
import { formatFull } from '@/format/moment';
import { When } from '@/format/When';
import { Button, IconButton } from '@/ui';
import { DiffDialog } from '@/versions/DiffDialog';
import { useEditor, useEditorState } from './context';
import styles from './DraftNotice.module.css';

/** Below the top bar: changes that came onto the screen without being made there. */
export function DraftNotice() {
  const { store } = useEditor();
  const { t } = useLingui();
  const notice = useEditorState((state) => state.notice);
  const [shows, setShows] = useState(false);
  if (!notice) return null;
  const { before, after } = notice;
  const close = () => store.setState({ notice: undefined });
  const takeBack = () => {
    store.getState().become(before, t`Take the changes back`);
    close();
  };
  const isRecovered = notice.kind === 'recovered';
  return (
    <div className={styles.notice} role="status" data-testid="draft-notice">
      {isRecovered ? <History size={16} aria-hidden="true" /> : <GitMerge size={16} aria-hidden="true" />}
      <p>
        {isRecovered ? (
          <span title={formatFull(new Date(notice.at).toISOString())}>
            {notice.merged ? (
              <Trans>
                Changes of yours that had not reached the server were brought back (
                <When at={new Date(notice.at).toISOString()} />) and joined with what was saved since.
              </Trans>
            ) : (
              <Trans>
                Changes of yours that had not reached the server were brought back (
                <When at={new Date(notice.at).toISOString()} />
                ).
              </Trans>
            )}
          </span>
        ) : (
          <Trans>Changes that were saved elsewhere were joined with yours.</Trans>
        )}
      </p>
      <Button size="small" onClick={() => setShows(true)}>
        <Trans>Show what changed</Trans>
      </Button>
      <Button size="small" onClick={takeBack}>
        {isRecovered ? <Trans>Discard them</Trans> : <Trans>Take them back</Trans>}
      </Button>
      <IconButton label={t`Close this notice`} size="small" onClick={close}>
        <X />
      </IconButton>
      {shows && (
        <DiffDialog
          title={t`What changed`}
          before={before}
          after={after}
          names={
            isRecovered
              ? { before: t`On the server`, after: t`With your changes` }
              : { before: t`Before`, after: t`With the other changes` }
          }
          onClose={() => setShows(false)}
        />
      )}
    </div>
  );
}
