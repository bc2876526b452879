import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import { useLingui } from '@lingui/react/macro';
import { Check, CircleAlert, CloudOff, LoaderCircle, Pencil } from 'lucide-react';
import { describeError } from '@/api/problem';
import { Tooltip } from '@/ui';
import { useEditor, useEditorState } from './context';
import styles from './SaveStatus.module.css';
import type { SaveState } from './store';

const looks: Record<SaveState['kind'], { icon: typeof Check; words: MessageDescriptor; tone: string }> = {
  saved: { icon: Check, words: msg`Saved`, tone: 'quiet' },
  changed: { icon: Pencil, words: msg`Unsaved changes`, tone: 'quiet' },
  saving: { icon: LoaderCircle, words: msg`Saving…`, tone: 'quiet' },
  retrying: { icon: CloudOff, words: msg`Not saved, trying again`, tone: 'amber' },
  refused: { icon: CircleAlert, words: msg`Not saved`, tone: 'red' },
  conflict: { icon: CircleAlert, words: msg`Changed elsewhere`, tone: 'red' },
};

/** Whether the draft is safe on the server. */
export function SaveStatus() {
  const { i18n } = useLingui();
  const { autosaver } = useEditor();
  const save = useEditorState((state) => state.save);
  const { icon: Icon, words, tone } = looks[save.kind];
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
