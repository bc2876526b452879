import { t } from '@lingui/core/macro';
import { CircleAlert, CircleCheck, Info, X } from 'lucide-react';
import { Toast as Radix } from 'radix-ui';
import { create } from 'zustand';
import { Button, IconButton } from './Button';
import { classes } from './classes';
import styles from './Toast.module.css';

export interface ToastMessage {
  kind: 'success' | 'error' | 'info';
  title: string;
  detail?: string | undefined;
  /** A button that does what the message suggests. */
  action?: { label: string; onSelect(): void };
}

interface ToastState {
  toasts: (ToastMessage & { id: number })[];
  next: number;
  show(message: ToastMessage): void;
  dismiss(id: number): void;
}

const useToasts = create<ToastState>((set) => ({
  toasts: [],
  next: 1,
  show: (message) =>
    set((state) => ({
      // More than three at once would cover what they talk about.
      toasts: [...state.toasts.slice(-2), { ...message, id: state.next }],
      next: state.next + 1,
    })),
  dismiss: (id) => set((state) => ({ toasts: state.toasts.filter((toast) => toast.id !== id) })),
}));

/** Shows a short message at the bottom right; usable outside of components. */
export function toast(message: ToastMessage): void {
  useToasts.getState().show(message);
}

const icons = { success: CircleCheck, error: CircleAlert, info: Info };

/** Where toasts appear; rendered once, by the app. */
export function Toaster() {
  const { toasts, dismiss } = useToasts();
  return (
    <Radix.Provider swipeDirection="right" duration={6000}>
      {toasts.map(({ id, kind, title, detail, action }) => {
        const Icon = icons[kind];
        return (
          <Radix.Root
            key={id}
            className={classes(styles.toast, styles[kind])}
            // What went wrong stays until it is read.
            duration={kind === 'error' ? 20000 : 5000}
            onOpenChange={(open) => !open && dismiss(id)}
          >
            <Icon className={styles.icon} size={16} aria-hidden="true" />
            <div className={styles.text}>
              <Radix.Title className={styles.title}>{title}</Radix.Title>
              {detail && <Radix.Description className={styles.detail}>{detail}</Radix.Description>}
              {action && (
                <Radix.Action altText={action.label} asChild>
                  <Button size="small" onClick={action.onSelect}>
                    {action.label}
                  </Button>
                </Radix.Action>
              )}
            </div>
            <Radix.Close asChild>
              <IconButton label={t`Dismiss`} size="small">
                <X />
              </IconButton>
            </Radix.Close>
          </Radix.Root>
        );
      })}
      <Radix.Viewport className={styles.viewport} label={t`Notifications`} />
    </Radix.Provider>
  );
}
