import { addNoteCommand, tidyCommand } from '@/commands/arrange';
import { addAfterCommand, addHereCommand, connectCommand, renameCommand } from '@/commands/build';
import { copyCommand, cutCommand, duplicateCommand, pasteCommand } from '@/commands/clipboard';
import { menuItem } from '@/commands/run';
import {
  deleteCommand,
  selectAllCommand,
  selectDownstreamCommand,
  selectUpstreamCommand,
} from '@/commands/selection';
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
  const selected = useEditorState((state) => state.selection.size);
  const item = (command: Parameters<typeof menuItem>[0], danger = false) =>
    menuItem(command, context, danger);
  const ofOne = [item(addAfterCommand), item(connectCommand), item(renameCommand)];
  const ofMany = [item(tidyCommand)];
  const items: (MenuItem | 'separator')[] =
    selected > 0
      ? [
          ...(selected === 1 ? ofOne : ofMany),
          item(selectUpstreamCommand),
          item(selectDownstreamCommand),
          'separator',
          item(copyCommand),
          item(cutCommand),
          item(duplicateCommand),
          'separator',
          item(deleteCommand, true),
        ]
      : [
          item(addHereCommand),
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
