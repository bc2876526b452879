import { commands } from '@/commands/registry';
import { Dialog } from '@/ui';
import styles from './dialogs.module.css';

/** Every shortcut of the editor, from the commands themselves. */
export function ShortcutsDialog({ onClose }: { onClose(): void }) {
  const withShortcut = commands.filter((command) => command.shortcut);
  return (
    <Dialog open size="small" onOpenChange={(open) => !open && onClose()} title="Keyboard shortcuts">
      <dl className={styles.shortcuts}>
        {withShortcut.map((command) => (
          <Row key={command.id} label={command.label} keys={command.shortcut ?? ''} />
        ))}
        <Row label="Move the selected nodes" keys="Arrows" />
        <Row label="Select several" keys="Shift + drag" />
      </dl>
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
