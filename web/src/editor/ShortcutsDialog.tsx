import { commandGroups } from '@/commands/registry';
import { Dialog } from '@/ui';
import styles from './dialogs.module.css';

/** Keys that belong to the mouse or to the browser rather than to a command. */
const gestures = [{ label: 'Select several', keys: 'Shift + drag' }];

/** Every shortcut of the editor, from the commands themselves. */
export function ShortcutsDialog({ onClose }: { onClose(): void }) {
  return (
    <Dialog open size="medium" onOpenChange={(open) => !open && onClose()} title="Keyboard shortcuts">
      {commandGroups.map(({ title, commands }) => {
        const rows = commands.flatMap(({ label, shortcut }) => (shortcut ? [{ label, keys: shortcut }] : []));
        if (title === 'Edit') rows.push(...gestures);
        return (
          rows.length > 0 && (
            <section key={title} aria-label={title}>
              <h3 className={styles.shortcutGroup}>{title}</h3>
              <dl className={styles.shortcuts}>
                {rows.map((row) => (
                  <Row key={row.label} {...row} />
                ))}
              </dl>
            </section>
          )
        );
      })}
    </Dialog>
  );
}

function Row({ label, keys }: { label: string; keys: string }) {
  return (
    <>
      <dt>{label}</dt>
      <dd>
        <kbd>{keys}</kbd>
      </dd>
    </>
  );
}
