import type { MessageDescriptor } from '@lingui/core';
import { msg, t } from '@lingui/core/macro';
import { ArrowDown, ArrowLeft, ArrowRight, ArrowUp, ListEnd, PanelRight } from 'lucide-react';
import { noteIdOf } from '@/canvas/elements';
import { grid, nudge } from '@/flow-model';
import { type Command, plain } from './command';

const move = (
  direction: string,
  label: MessageDescriptor,
  moved: (step: number) => string,
  shortcut: string,
  icon: Command['icon'],
  x: number,
  y: number,
): Command => ({
  id: `move-${direction}`,
  label,
  icon,
  shortcut,
  keyTest: (event) =>
    plain(event) &&
    event.key === `Arrow${direction[0]?.toUpperCase()}${direction.slice(1)}` &&
    onCanvas(event.target),
  beforeCanvas: true,
  edits: true,
  enabled: (state) => [...state.selection].some((id) => !id.startsWith('[')),
  perform: ({ store, announce }, event) => {
    const { flow, types, selection, perform } = store.getState();
    const notes = new Set([...selection].flatMap((id) => noteIdOf(id) ?? []));
    // Shift goes five dots of the canvas at once.
    const step = event?.shiftKey ? 5 * grid : grid;
    const operation = nudge(flow, types, { nodes: selection, notes }, { x: x * step, y: y * step });
    if (!operation) return;
    // Presses that follow quickly are one step back, as one drag is.
    perform(operation, t`Move`, `move:${[...selection].join()}`);
    announce(moved(step));
  },
});

export const moveCommands: readonly Command[] = [
  move('left', msg`Move left`, (step) => t`Moved left by ${step}.`, '←', ArrowLeft, -1, 0),
  move('right', msg`Move right`, (step) => t`Moved right by ${step}.`, '→', ArrowRight, 1, 0),
  move('up', msg`Move up`, (step) => t`Moved up by ${step}.`, '↑', ArrowUp, 0, -1),
  move('down', msg`Move down`, (step) => t`Moved down by ${step}.`, '↓', ArrowDown, 0, 1),
];

export const walkPortsCommand: Command = {
  id: 'walk-ports',
  label: msg`Go to the ports of the selected node`,
  icon: ListEnd,
  shortcut: 'Tab',
  // From port to port the browser goes by itself, and on from the last one.
  keyTest: (event) =>
    plain(event) && !event.shiftKey && event.key === 'Tab' && startsAtNode(event.target) && !!firstPort(),
  enabled: (state) => state.selection.size === 1,
  perform: () => {
    // Later: a palette that closes gives the focus back first.
    requestAnimationFrame(() => firstPort()?.focus());
  },
};

export const inspectCommand: Command = {
  id: 'inspect',
  label: msg`Go to the settings of what is selected`,
  icon: PanelRight,
  shortcut: 'Enter',
  keyTest: (event) => plain(event) && event.key === 'Enter' && onCanvas(event.target),
  enabled: (state) => state.selection.size === 1,
  perform: ({ dialogs }) => dialogs.inspector(),
};

function onCanvas(target: EventTarget | null): boolean {
  if (target === document.body) return true;
  return (
    target instanceof Element &&
    target.closest('[data-canvas-surface]') !== null &&
    target.closest('button, a, input, textarea') === null
  );
}

/** Whether Tab from here leads to the selected node's ports: from the canvas, or from that node. */
function startsAtNode(target: EventTarget | null): boolean {
  // From the page itself Tab goes its usual way, or the bar above could not be reached.
  return target instanceof Element && target.matches('[data-canvas-surface], .react-flow__node.selected');
}

function firstPort(): HTMLElement | null {
  return document.querySelector<HTMLElement>('.react-flow__node.selected [data-port]');
}
