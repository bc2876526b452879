import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { X } from 'lucide-react';
import { AlertDialog, Dialog as Radix } from 'radix-ui';
import type { ReactNode } from 'react';
import { Button } from './Button';
import { classes } from './classes';
import styles from './Dialog.module.css';

interface DialogProps {
  open: boolean;
  onOpenChange(open: boolean): void;
  title: string;
  description?: ReactNode;
  /** Buttons, the primary one last. */
  footer?: ReactNode;
  /** "full" takes the whole window, and its body has no edges of its own. */
  size?: 'small' | 'medium' | 'large' | 'full';
  /** False for a choice that must be made: no cross, no Escape. */
  closable?: boolean;
  children?: ReactNode;
}

/** A modal dialog. Focus moves in, is kept, and returns to where it came from. */
export function Dialog({
  open,
  onOpenChange,
  title,
  description,
  footer,
  size = 'medium',
  closable = true,
  children,
}: DialogProps) {
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className={styles.overlay} />
        <Radix.Content
          className={classes(styles.content, styles[size])}
          {...(description ? {} : { 'aria-describedby': undefined })}
          onOpenAutoFocus={focusFirstField}
        >
          <header className={styles.header}>
            <Radix.Title className={styles.title}>{title}</Radix.Title>
            {closable && (
              <Radix.Close asChild>
                <Button variant="ghost" size="small" icon={<X />} aria-label={t`Close`} />
              </Radix.Close>
            )}
          </header>
          <div className={classes(styles.body, size === 'full' && styles.bare)}>
            {description && (
              <Radix.Description className={styles.description}>{description}</Radix.Description>
            )}
            {children}
          </div>
          {footer && <footer className={styles.footer}>{footer}</footer>}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

/** Focus begins in the first field or, without one, at the last button: what most people want next. */
function focusFirstField(event: Event): void {
  if (!(event.target instanceof HTMLElement)) return;
  const field = event.target.querySelector<HTMLElement>('input, textarea, [role="combobox"]');
  const target = field ?? [...event.target.querySelectorAll<HTMLElement>('footer button')].at(-1);
  if (!target) return;
  event.preventDefault();
  target.focus();
}

interface ConfirmDialogProps {
  open: boolean;
  onOpenChange(open: boolean): void;
  title: string;
  /** What will be lost. */
  children: ReactNode;
  /** The verb on the button, such as "Delete the flow". */
  action: string;
  onConfirm(): void;
  busy?: boolean;
  danger?: boolean;
}

/** Asks before something that cannot be undone. */
export function ConfirmDialog({
  open,
  onOpenChange,
  title,
  children,
  action,
  onConfirm,
  busy = false,
  danger = true,
}: ConfirmDialogProps) {
  return (
    <AlertDialog.Root open={open} onOpenChange={onOpenChange}>
      <AlertDialog.Portal>
        <AlertDialog.Overlay className={styles.overlay} />
        <AlertDialog.Content className={classes(styles.content, styles.small)}>
          <header className={styles.header}>
            <AlertDialog.Title className={styles.title}>{title}</AlertDialog.Title>
          </header>
          <div className={styles.body}>
            <AlertDialog.Description className={styles.description} asChild>
              <div>{children}</div>
            </AlertDialog.Description>
          </div>
          <footer className={styles.footer}>
            <AlertDialog.Cancel asChild>
              <Button>
                <Trans>Cancel</Trans>
              </Button>
            </AlertDialog.Cancel>
            <Button variant={danger ? 'danger' : 'primary'} busy={busy} onClick={onConfirm}>
              {action}
            </Button>
          </footer>
        </AlertDialog.Content>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}
