import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import { addNoteCommand, tidyCommand } from './arrange';
import { addAfterCommand, addHereCommand, connectCommand, renameCommand } from './build';
import { copyCommand, cutCommand, duplicateCommand, pasteCommand } from './clipboard';
import type { Command } from './command';
import {
  deleteFlowCommand,
  duplicateFlowCommand,
  exportCommand,
  issuesCommand,
  paletteCommand,
  publishCommand,
  runCommand,
  saveCommand,
  shortcutsCommand,
  versionsCommand,
} from './document';
import { galleryCommand, tourCommand } from './help';
import { redoCommand, undoCommand } from './history';
import { deleteCommand, selectAllCommand, selectDownstreamCommand, selectUpstreamCommand } from './selection';
import {
  backCommand,
  playCommand,
  runScenariosCommand,
  skipCommand,
  timeOutCommand,
  tryCommand,
} from './try';
import { findCommand, fitCommand, switchViewCommand, zoomInCommand, zoomOutCommand } from './view';
import { inspectCommand, moveCommands, walkPortsCommand } from './walk';

/** All commands as the palette and the sheet of shortcuts show them. */
export const commandGroups: readonly { title: MessageDescriptor; commands: readonly Command[] }[] = [
  {
    title: msg`Edit`,
    commands: [
      undoCommand,
      redoCommand,
      copyCommand,
      cutCommand,
      pasteCommand,
      duplicateCommand,
      deleteCommand,
      selectAllCommand,
      selectUpstreamCommand,
      selectDownstreamCommand,
    ],
  },
  {
    title: msg`Build`,
    commands: [
      addHereCommand,
      addAfterCommand,
      renameCommand,
      connectCommand,
      inspectCommand,
      walkPortsCommand,
      ...moveCommands,
      tidyCommand,
      addNoteCommand,
    ],
  },
  {
    title: msg`View`,
    commands: [findCommand, fitCommand, zoomInCommand, zoomOutCommand, switchViewCommand, issuesCommand],
  },
  {
    title: msg({ message: 'Try', context: 'group of commands' }),
    commands: [tryCommand, runScenariosCommand, playCommand, skipCommand, timeOutCommand, backCommand],
  },
  {
    title: msg`Flow`,
    commands: [
      saveCommand,
      runCommand,
      publishCommand,
      versionsCommand,
      exportCommand,
      duplicateFlowCommand,
      deleteFlowCommand,
    ],
  },
  { title: msg`Help`, commands: [paletteCommand, shortcutsCommand, galleryCommand, tourCommand] },
];

/** Every command of the editor. The first whose keyTest fits takes a key. */
export const commands: readonly Command[] = commandGroups.flatMap((group) => group.commands);
