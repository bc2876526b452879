import { addNoteCommand, tidyCommand } from './arrange';
import { copyCommand, cutCommand, duplicateCommand, pasteCommand } from './clipboard';
import type { Command } from './command';
import {
  deleteFlowCommand,
  duplicateFlowCommand,
  exportCommand,
  issuesCommand,
  publishCommand,
  runCommand,
  saveCommand,
  shortcutsCommand,
  versionsCommand,
} from './document';
import { redoCommand, undoCommand } from './history';
import { deleteCommand, selectAllCommand } from './selection';
import { fitCommand, zoomInCommand, zoomOutCommand } from './view';

/** Every command of the editor. The first whose keyTest fits takes a key. */
export const commands: readonly Command[] = [
  undoCommand,
  redoCommand,
  saveCommand,
  copyCommand,
  cutCommand,
  pasteCommand,
  duplicateCommand,
  deleteCommand,
  selectAllCommand,
  tidyCommand,
  addNoteCommand,
  fitCommand,
  zoomInCommand,
  zoomOutCommand,
  runCommand,
  publishCommand,
  versionsCommand,
  issuesCommand,
  exportCommand,
  duplicateFlowCommand,
  deleteFlowCommand,
  shortcutsCommand,
];
