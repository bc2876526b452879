import { useLingui } from '@lingui/react/macro';
import { type KeyboardEvent, useLayoutEffect, useRef } from 'react';
import { classes } from '@/ui';
import styles from './NodeCard.module.css';
import { useRename } from './rename';

/** A card's title; pressed twice it is written anew in its place. */
export function CardTitle({ nodeId, title }: { nodeId: string; title: string }) {
  const { t } = useLingui();
  const rename = useRename(nodeId);
  if (rename?.active) return <TitleField title={title} label={t`New name of ${title}`} onEnd={rename.end} />;
  return (
    <h3 className={styles.title} title={title} onDoubleClick={rename && (() => rename.begin(nodeId))}>
      {title}
    </h3>
  );
}

interface TitleFieldProps {
  title: string;
  label: string;
  onEnd(name?: string): void;
}

function TitleField({ title, label, onEnd }: TitleFieldProps) {
  const field = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => field.current?.select(), []);
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    event.stopPropagation();
    // Enter ends the composition of a word in an input method.
    if (event.nativeEvent.isComposing) return;
    const card = event.currentTarget.closest<HTMLElement>('.react-flow__node');
    if (event.key === 'Enter') onEnd(event.currentTarget.value);
    else if (event.key === 'Escape') onEnd();
    else return;
    event.preventDefault();
    card?.focus({ preventScroll: true });
  };
  return (
    <input
      ref={field}
      className={classes(styles.title, styles.titleField, 'nodrag', 'nopan')}
      aria-label={label}
      defaultValue={title}
      maxLength={200}
      onKeyDown={onKeyDown}
      onBlur={(event) => onEnd(event.currentTarget.value)}
    />
  );
}
