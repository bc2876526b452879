import { Trans, useLingui } from '@lingui/react/macro';
import type { NodeProps } from '@xyflow/react';
import { memo } from 'react';
import { classes } from '@/ui';
import type { NoteNode } from './elements';
import styles from './NoteCard.module.css';

/** A remark on the canvas. Its text is edited in the inspector. */
export const NoteCard = memo(function NoteCard({ data: { note }, selected }: NodeProps<NoteNode>) {
  const { t } = useLingui();
  return (
    <article className={classes(styles.note, selected && styles.selected)} aria-label={t`Note`}>
      {note.text ? (
        <p>{note.text}</p>
      ) : (
        <p className={styles.empty}>
          <Trans>An empty note</Trans>
        </p>
      )}
    </article>
  );
});
