import { addNoteCommand, tidyCommand } from '@/commands/arrange';
import { addAfterCommand, connectCommand } from '@/commands/build';
import { copyCommand, cutCommand, duplicateCommand, pasteCommand } from '@/commands/clipboard';
import { menuItem } from '@/commands/run';
import { deleteCommand, selectAllCommand } from '@/commands/selection';
import { fitCommand } from '@/commands/view';
import { Menu, type MenuItem } from '@/ui';
import styles from './CanvasMenu.module.css';
import { useEditor, useEditorState } from './context';

/** A place on the screen. */
export interface MenuAnchor {
  x: number;
  y: number;
}

/** The menu of what is selected, or of the canvas, at the pointer. */
export function CanvasMenu({ anchor, onClose }: { anchor: MenuAnchor; onClose(): void }) {
  const context = useEditor();
  const any = useEditorState((state) => state.selection.size > 0);
  const item = (command: Parameters<typeof menuItem>[0], danger = false) =>
    menuItem(command, context, danger);
  const items: (MenuItem | 'separator')[] = any
    ? [
        item(addAfterCommand),
        item(connectCommand),
        'separator',
        item(copyCommand),
        item(cutCommand),
        item(duplicateCommand),
        'separator',
        item(deleteCommand, true),
      ]
    : [
        item(pasteCommand),
        item(addNoteCommand),
        'separator',
        item(selectAllCommand),
        item(tidyCommand),
        item(fitCommand),
      ];
  return (
    <Menu
      // A new place is a new menu.
      key={`${anchor.x},${anchor.y}`}
      align="start"
      startsOpen
      items={items}
      onOpenChange={(open) => !open && onClose()}
      trigger={
        // A button, because the menu writes on it whether it is open; nobody can come to it.
        <button
          type="button"
          tabIndex={-1}
          aria-hidden="true"
          className={styles.anchor}
          style={{ left: anchor.x, top: anchor.y }}
        />
      }
    />
  );
}
