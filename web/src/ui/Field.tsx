import { t } from '@lingui/core/macro';
import { CircleAlert } from 'lucide-react';
import { createContext, type ReactNode, useContext, useId } from 'react';
import { classes } from './classes';
import styles from './Field.module.css';

interface FieldIds {
  control: string;
  described: string | undefined;
  invalid: boolean;
  required: boolean;
}

const FieldContext = createContext<FieldIds | undefined>(undefined);

/** The ids a control inside a Field must carry to belong to its label, help and error. */
export function useFieldIds(): {
  id?: string;
  'aria-describedby'?: string;
  'aria-invalid'?: true;
  'aria-required'?: true;
} {
  const ids = useContext(FieldContext);
  if (!ids) return {};
  return {
    id: ids.control,
    ...(ids.described ? { 'aria-describedby': ids.described } : {}),
    ...(ids.invalid ? { 'aria-invalid': true as const } : {}),
    ...(ids.required ? { 'aria-required': true as const } : {}),
  };
}

interface FieldProps {
  label: ReactNode;
  help?: ReactNode;
  /** What is wrong and what to do; shown in place of nothing, below the control. */
  error?: ReactNode;
  required?: boolean;
  /** Stands at the right of the label: a small button or a remark. */
  aside?: ReactNode;
  /** For groups of controls (lists, segmented choices) that have no single input. */
  group?: boolean;
  className?: string;
  children: ReactNode;
}

/** A label, one control (or a group), its help and its error, tied together for assistive technology. */
export function Field({
  label,
  help,
  error,
  required,
  aside,
  group = false,
  className,
  children,
}: FieldProps) {
  const id = useId();
  const helpId = help ? `${id}-help` : undefined;
  const errorId = error ? `${id}-error` : undefined;
  const described = [errorId, helpId].filter(Boolean).join(' ') || undefined;
  const ids = { control: id, described, invalid: Boolean(error), required: Boolean(required) && !group };
  const title = (
    <>
      {label}
      {required && (
        <span className={styles.required} title={t`Required`} aria-hidden="true">
          *
        </span>
      )}
    </>
  );
  const body = (
    <>
      <FieldContext value={ids}>{children}</FieldContext>
      {error && (
        <p className={styles.error} id={errorId} role="alert">
          <CircleAlert size={13} aria-hidden="true" />
          <span>{error}</span>
        </p>
      )}
      {help && (
        <p className={styles.help} id={helpId}>
          {help}
        </p>
      )}
    </>
  );
  if (group) {
    return (
      // A legend names a fieldset only as its first child, where it cannot stand beside the aside.
      <fieldset
        className={classes(styles.field, className)}
        aria-labelledby={`${id}-label`}
        aria-describedby={described}
      >
        <div className={styles.head}>
          <span className={styles.label} id={`${id}-label`}>
            {title}
          </span>
          {aside}
        </div>
        {body}
      </fieldset>
    );
  }
  return (
    <div className={classes(styles.field, className)}>
      <div className={styles.head}>
        <label className={styles.label} htmlFor={id}>
          {title}
        </label>
        {aside}
      </div>
      {body}
    </div>
  );
}
