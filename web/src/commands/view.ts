import { msg } from '@lingui/core/macro';
import { List, Maximize, Search, ZoomIn, ZoomOut } from 'lucide-react';
import { type Command, plain, withModifier } from './command';

export const fitCommand: Command = {
  id: 'fit',
  label: msg`Fit the flow into view`,
  icon: Maximize,
  shortcut: '1',
  keyTest: (event) => plain(event) && event.key === '1',
  perform: ({ view }) => view.fit(),
};

export const zoomInCommand: Command = {
  id: 'zoom-in',
  label: msg`Zoom in`,
  icon: ZoomIn,
  shortcut: '+',
  keyTest: (event) => plain(event) && (event.key === '+' || event.key === '='),
  perform: ({ view }) => view.zoomIn(),
};

export const zoomOutCommand: Command = {
  id: 'zoom-out',
  label: msg`Zoom out`,
  icon: ZoomOut,
  shortcut: '-',
  keyTest: (event) => plain(event) && event.key === '-',
  perform: ({ view }) => view.zoomOut(),
};

export const findCommand: Command = {
  id: 'find',
  label: msg`Find a node`,
  icon: Search,
  shortcut: 'Ctrl+F',
  keyTest: (event) => withModifier(event) && !event.shiftKey && event.key.toLowerCase() === 'f',
  whileTyping: true,
  perform: ({ dialogs }) => dialogs.find(),
};

export const switchViewCommand: Command = {
  id: 'switch-view',
  label: msg`Switch between canvas and list`,
  icon: List,
  shortcut: 'O',
  keyTest: (event) => plain(event) && event.key.toLowerCase() === 'o',
  perform: ({ dialogs }) => dialogs.switchView(),
};
