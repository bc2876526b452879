import { msg, t } from '@lingui/core/macro';
import {
  Command as CommandIcon,
  CopyPlus,
  Download,
  History,
  Keyboard,
  ListChecks,
  Play,
  Rocket,
  Save,
  Trash2,
} from 'lucide-react';
import { type Command, plain, withModifier } from './command';

export const saveCommand: Command = {
  id: 'save',
  label: msg`Save now`,
  icon: Save,
  shortcut: 'Ctrl+S',
  keyTest: (event) => withModifier(event) && !event.shiftKey && event.key.toLowerCase() === 's',
  whileTyping: true,
  edits: true,
  perform: async ({ autosaver, announce }) => {
    if (await autosaver.flush()) announce(t`Saved.`);
  },
};

export const publishCommand: Command = {
  id: 'publish',
  label: msg`Publish`,
  icon: Rocket,
  edits: true,
  perform: ({ dialogs }) => dialogs.publish(),
};

export const runCommand: Command = {
  id: 'run',
  label: msg({ message: 'Run', context: 'button' }),
  icon: Play,
  perform: ({ dialogs }) => dialogs.run(),
};

export const versionsCommand: Command = {
  id: 'versions',
  label: msg`Versions`,
  icon: History,
  perform: ({ dialogs }) => dialogs.versions(),
};

export const issuesCommand: Command = {
  id: 'issues',
  label: msg`Issues`,
  icon: ListChecks,
  perform: ({ dialogs }) => dialogs.issues(),
};

export const exportCommand: Command = {
  id: 'export',
  label: msg`Export as JSON`,
  icon: Download,
  perform: ({ exportFlow }) => exportFlow(),
};

export const duplicateFlowCommand: Command = {
  id: 'duplicate-flow',
  label: msg`Duplicate flow`,
  icon: CopyPlus,
  edits: true,
  perform: ({ duplicateFlow }) => duplicateFlow(),
};

export const deleteFlowCommand: Command = {
  id: 'delete-flow',
  label: msg`Delete flow`,
  icon: Trash2,
  edits: true,
  perform: ({ dialogs }) => dialogs.remove(),
};

export const shortcutsCommand: Command = {
  id: 'shortcuts',
  label: msg`Keyboard shortcuts`,
  icon: Keyboard,
  shortcut: '?',
  keyTest: (event) => plain(event) && event.key === '?',
  perform: ({ dialogs }) => dialogs.shortcuts(),
};

export const paletteCommand: Command = {
  id: 'palette',
  label: msg`All commands`,
  icon: CommandIcon,
  shortcut: 'Ctrl+K',
  keyTest: (event) => withModifier(event) && !event.shiftKey && event.key.toLowerCase() === 'k',
  whileTyping: true,
  perform: ({ dialogs }) => dialogs.palette(),
};
