import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import { useLingui } from '@lingui/react/macro';
import { Check, CircleAlert, CloudOff, LoaderCircle, Pencil } from 'lucide-react';
import { ApiError, describeError, OfflineError } from '@/api/problem';
import { Tooltip } from '@/ui';
import { useEditor, useEditorState } from './context';
import styles from './SaveStatus.module.css';
import type { SaveState } from './store';

type Look = SaveState['kind'] | 'offline' | 'signed_out' | 'waiting';

const looks: Record<Look, { icon: typeof Check; words: MessageDescriptor; tone: string }> = {
  saved: { icon: Check, words: msg`Saved`, tone: 'quiet' },
  changed: { icon: Pencil, words: msg`Unsaved changes`, tone: 'quiet' },
  saving: { icon: LoaderCircle, words: msg`Saving…`, tone: 'quiet' },
  retrying: { icon: CloudOff, words: msg`Not saved, trying again`, tone: 'amber' },
  offline: { icon: CloudOff, words: msg`Offline: kept on this computer`, tone: 'amber' },
  signed_out: { icon: CloudOff, words: msg`Signed out: kept on this computer`, tone: 'amber' },
  waiting: { icon: CloudOff, words: msg`Not saved yet: kept on this computer`, tone: 'amber' },
  refused: { icon: CircleAlert, words: msg`Not saved`, tone: 'red' },
  conflict: { icon: CircleAlert, words: msg`Changed elsewhere`, tone: 'red' },
};

/** What is kept in this browser is said to be: then nothing is lost when the page goes. */
function lookOf(save: SaveState, kept: 'yes' | 'no'): Look {
  if (save.kind !== 'retrying' || kept === 'no') return save.kind;
  if (save.error instanceof OfflineError) return 'offline';
  return save.error instanceof ApiError && save.error.status === 401 ? 'signed_out' : 'waiting';
}

/** Whether the draft is safe on the server. */
export function SaveStatus() {
  const { i18n } = useLingui();
  const { autosaver } = useEditor();
  const save = useEditorState((state) => state.save);
  const kept = useEditorState((state) => state.kept);
  const { icon: Icon, words, tone } = looks[lookOf(save, kept)];
  const status = (
    <span
      className={styles.status}
      data-tone={tone}
      data-kind={save.kind}
      role="status"
      data-testid="save-state"
    >
      <Icon size={14} aria-hidden="true" />
      {i18n._(words)}
    </span>
  );
  if (save.kind !== 'retrying' && save.kind !== 'refused') return status;
  const { title, detail } = describeError(save.error);
  return (
    <Tooltip content={detail ? `${title}. ${detail}` : title}>
      <button type="button" className={styles.retry} onClick={() => void autosaver.flush()}>
        {status}
      </button>
    </Tooltip>
  );
}
