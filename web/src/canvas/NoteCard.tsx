import type { NodeProps } from '@xyflow/react';
import { memo } from 'react';
import { classes } from '@/ui';
import type { NoteNode } from './elements';
import styles from './NoteCard.module.css';

/** A remark on the canvas. Its text is edited in the inspector. */
export const NoteCard = memo(function NoteCard({ data: { note }, selected }: NodeProps<NoteNode>) {
  return (
    <article className={classes(styles.note, selected && styles.selected)} aria-label="Note">
      {note.text ? <p>{note.text}</p> : <p className={styles.empty}>An empty note</p>}
    </article>
  );
});
