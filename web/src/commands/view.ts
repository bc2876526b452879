import { Maximize, ZoomIn, ZoomOut } from 'lucide-react';
import { type Command, plain } from './command';

export const fitCommand: Command = {
  id: 'fit',
  label: 'Fit the flow into view',
  icon: Maximize,
  shortcut: '1',
  keyTest: (event) => plain(event) && event.key === '1',
  perform: ({ view }) => view.fit(),
};

export const zoomInCommand: Command = {
  id: 'zoom-in',
  label: 'Zoom in',
  icon: ZoomIn,
  shortcut: '+',
  keyTest: (event) => plain(event) && (event.key === '+' || event.key === '='),
  perform: ({ view }) => view.zoomIn(),
};

export const zoomOutCommand: Command = {
  id: 'zoom-out',
  label: 'Zoom out',
  icon: ZoomOut,
  shortcut: '-',
  keyTest: (event) => plain(event) && event.key === '-',
  perform: ({ view }) => view.zoomOut(),
};
