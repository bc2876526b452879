import { Slot } from 'radix-ui';
import type { ButtonHTMLAttributes, ReactNode, Ref } from 'react';
import styles from './Button.module.css';
import { classes } from './classes';
import { Tooltip } from './Tooltip';

export type ButtonVariant = 'primary' | 'secondary' | 'ghost' | 'danger';

export interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  variant?: ButtonVariant;
  size?: 'small' | 'medium';
  /** Shown before the label; 16 px lucide icons fit. */
  icon?: ReactNode;
  /** Keeps the width, shows a spinner and refuses clicks. */
  busy?: boolean;
  /** Renders the single child (a link, for instance) with the look of a button. */
  asChild?: boolean;
  ref?: Ref<HTMLButtonElement>;
}

export function Button({
  variant = 'secondary',
  size = 'medium',
  icon,
  busy = false,
  asChild = false,
  className,
  children,
  disabled,
  ...rest
}: ButtonProps) {
  const look = classes(styles.button, styles[variant], styles[size], busy && styles.busy, className);
  if (asChild) {
    return (
      <Slot.Root className={look} {...rest}>
        {children}
      </Slot.Root>
    );
  }
  return (
    <button
      type="button"
      className={look}
      disabled={disabled || busy}
      aria-busy={busy || undefined}
      {...rest}
    >
      {icon && <span className={styles.icon}>{icon}</span>}
      {children !== undefined && <span className={styles.label}>{children}</span>}
      {busy && <span className={styles.spinner} aria-hidden="true" />}
    </button>
  );
}

export interface IconButtonProps extends Omit<ButtonProps, 'icon' | 'children' | 'asChild'> {
  /** What the button does, for the tooltip and for screen readers. */
  label: string;
  /** A shortcut to show in the tooltip, such as "Ctrl+Z". */
  shortcut?: string;
  children: ReactNode;
}

/** A square button with an icon only; its label is its tooltip. */
export function IconButton({
  label,
  shortcut,
  variant = 'ghost',
  className,
  children,
  ...rest
}: IconButtonProps) {
  return (
    <Tooltip content={label} shortcut={shortcut}>
      <Button
        variant={variant}
        aria-label={label}
        className={classes(styles.square, className)}
        icon={children}
        {...rest}
      />
    </Tooltip>
  );
}
