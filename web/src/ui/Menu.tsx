import { DropdownMenu } from 'radix-ui';
import { Fragment, type ReactNode } from 'react';
import { classes } from './classes';
import styles from './Menu.module.css';

export interface MenuItem {
  label: string;
  icon?: ReactNode;
  /** Shown at the right, such as "Ctrl+D". */
  shortcut?: string | undefined;
  /** A second line that explains the entry. */
  detail?: string;
  danger?: boolean;
  disabled?: boolean;
  onSelect(): void;
}

interface MenuProps {
  /** The button that opens the menu. */
  trigger: ReactNode;
  /** Entries; 'separator' draws a line between groups. */
  items: (MenuItem | 'separator')[];
  align?: 'start' | 'end';
  /** Open as soon as it is there: a menu at the pointer. */
  startsOpen?: boolean;
  onOpenChange?(open: boolean): void;
}

export function Menu({ trigger, items, align = 'end', startsOpen = false, onOpenChange }: MenuProps) {
  return (
    <DropdownMenu.Root modal={false} defaultOpen={startsOpen} {...(onOpenChange ? { onOpenChange } : {})}>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className={styles.content} align={align} sideOffset={4} collisionPadding={8}>
          {items.map((item, index) =>
            item === 'separator' ? (
              // biome-ignore lint/suspicious/noArrayIndexKey: separators have no identity of their own
              <Fragment key={`separator-${index}`}>
                <DropdownMenu.Separator className={styles.separator} />
              </Fragment>
            ) : (
              <DropdownMenu.Item
                key={item.label}
                className={classes(styles.item, item.danger && styles.danger)}
                disabled={item.disabled ?? false}
                onSelect={item.onSelect}
              >
                <span className={styles.icon} aria-hidden="true">
                  {item.icon}
                </span>
                <span className={styles.text}>
                  {item.label}
                  {item.detail && <span className={styles.detail}>{item.detail}</span>}
                </span>
                {item.shortcut && <kbd className={styles.shortcut}>{item.shortcut}</kbd>}
              </DropdownMenu.Item>
            ),
          )}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
