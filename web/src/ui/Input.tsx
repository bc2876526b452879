import type { InputHTMLAttributes, ReactNode, Ref, TextareaHTMLAttributes } from 'react';
import { classes } from './classes';
import { useFieldIds } from './Field';
import styles from './Input.module.css';

export interface InputProps extends Omit<InputHTMLAttributes<HTMLInputElement>, 'size'> {
  /** An icon at the left, inside the box. */
  leading?: ReactNode;
  /** A small control at the right, inside the box. */
  trailing?: ReactNode;
  mono?: boolean;
  ref?: Ref<HTMLInputElement>;
}

export function Input({ leading, trailing, mono, className, ...rest }: InputProps) {
  const ids = useFieldIds();
  return (
    <span className={classes(styles.box, className)}>
      {leading && (
        <span className={styles.leading} aria-hidden="true">
          {leading}
        </span>
      )}
      <input
        className={classes(
          styles.input,
          Boolean(leading) && styles.withLeading,
          Boolean(trailing) && styles.withTrailing,
          mono && styles.mono,
        )}
        autoComplete="off"
        {...ids}
        {...rest}
      />
      {trailing && <span className={styles.trailing}>{trailing}</span>}
    </span>
  );
}

export interface TextareaProps extends TextareaHTMLAttributes<HTMLTextAreaElement> {
  mono?: boolean;
  ref?: Ref<HTMLTextAreaElement>;
}

/** A text area that grows with its text up to 12 lines. */
export function Textarea({ mono, className, rows = 3, ...rest }: TextareaProps) {
  const ids = useFieldIds();
  return (
    <textarea
      className={classes(styles.input, styles.area, mono && styles.mono, className)}
      rows={rows}
      autoComplete="off"
      {...ids}
      {...rest}
    />
  );
}
