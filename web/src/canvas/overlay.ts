import type { LucideIcon } from 'lucide-react';
import { createContext, useContext, useLayoutEffect, useState } from 'react';
import { useStore } from 'zustand';
import { createStore, type StoreApi } from 'zustand/vanilla';

/*
 * What is laid over a flow on the canvas without being part of it: where a run
 * is, what a scenario did, how many runs took a port, what differs between two
 * versions. It is plain data: a canvas gets an Overlay, and each card, port and
 * line reads its own mark from it, so that changing one mark draws one of them.
 *
 *     const overlay: Overlay = {
 *       nodes: new Map([
 *         ['start', { tone: 'visited' }],
 *         ['sms', { tone: 'failed', badge: 'Failed', icon: CircleX, help: 'Refused with 21211.' }],
 *         ['api', { mocked: true, pinned: true }],
 *       ]),
 *       ports: new Map([[portKey('country', 'ph'), { label: '1,204 · 38 %', share: 0.38 }]]),
 *       lines: new Map([[portKey('start', 'next'), 'taken']]),
 *       mutesOthers: true,
 *     };
 *     <FlowCanvas flow={flow} specs={specs} overlay={overlay} />
 *
 * The editor's canvas has one store for as long as the draft is open:
 *
 *     const { overlay } = useEditor();
 *     overlay.getState().show(next);   // puts another overlay in place of the one that is shown
 *     overlay.getState().clear();
 *
 * show() may be called with a wholly new value each time: marks that are equal
 * to those shown keep their identity, and nothing is drawn for them.
 */

/** How a node is lit. Colour never stands alone: give a badge, or an icon with help, to say what it means. */
export type NodeTone =
  /** A run has been here. */
  | 'visited'
  /** A run is here, and waits. */
  | 'current'
  /** It went well: a run ended here, a scenario passed. */
  | 'passed'
  | 'failed'
  | 'cancelled'
  /** Not what this is about: faded. */
  | 'muted'
  /** Between two versions. */
  | 'added'
  | 'removed'
  | 'changed';

export interface NodeMark {
  tone?: NodeTone | undefined;
  /** A few letters on the card's upper edge, such as "×2" or "Failed". */
  badge?: string | undefined;
  /** Before the badge's text, or alone; then `help` says what it means. */
  icon?: LucideIcon | undefined;
  /** What the badge means, in a sentence, when it is pointed at. */
  help?: string | undefined;
  /** Its result is kept for the next tries. */
  pinned?: boolean | undefined;
  /** Its result is made up. */
  mocked?: boolean | undefined;
}

export interface PortMark {
  /** At the right of the port's row, such as "1,204 · 38 %". */
  label?: string | undefined;
  /** The part of all that came in that left here, 0 to 1: a thin bar under the row. */
  share?: number | undefined;
  /** What the label means, when it is pointed at. */
  help?: string | undefined;
}

export type LineTone = 'taken' | 'added' | 'removed' | 'muted';

export interface Overlay {
  /** By node id. */
  nodes?: ReadonlyMap<string, NodeMark> | undefined;
  /** By portKey(node, port). */
  ports?: ReadonlyMap<string, PortMark> | undefined;
  /**
   * By the port a line leaves from, portKey(node, port); a jump's link to its
   * target by portKey(node, jumpHandle). The row of a port with a taken line is lit too.
   */
  lines?: ReadonlyMap<string, LineTone> | undefined;
  /** Fades nodes that have no tone and lines that are not named. */
  mutesOthers?: boolean | undefined;
}

/** Names a port of a node in an Overlay. */
export function portKey(node: string, port: string): string {
  return JSON.stringify([node, port]);
}

interface OverlayState {
  nodes: ReadonlyMap<string, NodeMark>;
  ports: ReadonlyMap<string, PortMark>;
  lines: ReadonlyMap<string, LineTone>;
  mutesOthers: boolean;
  /** Shows this overlay in place of the present one. */
  show(overlay: Overlay): void;
  clear(): void;
}

export type OverlayStore = StoreApi<OverlayState>;

export function createOverlay(first: Overlay = {}): OverlayStore {
  return createStore<OverlayState>((set, get) => ({
    ...filled(first),
    show: (overlay) => {
      const { nodes, ports } = get();
      const next = filled(overlay);
      set({ ...next, nodes: kept(nodes, next.nodes), ports: kept(ports, next.ports) });
    },
    clear: () => get().show({}),
  }));
}

function filled({ nodes, ports, lines, mutesOthers }: Overlay) {
  return {
    nodes: nodes ?? new Map<string, NodeMark>(),
    ports: ports ?? new Map<string, PortMark>(),
    lines: lines ?? new Map<string, LineTone>(),
    mutesOthers: mutesOthers ?? false,
  };
}

/** The next marks, each one that is equal to its forerunner being that forerunner. */
function kept<T extends object>(before: ReadonlyMap<string, T>, next: ReadonlyMap<string, T>) {
  return new Map(
    [...next].map(([key, mark]) => {
      const old = before.get(key);
      return [key, old && sameMembers(old, mark) ? old : mark];
    }),
  );
}

function sameMembers<T extends object>(a: T, b: T): boolean {
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]) as Set<keyof T>;
  return [...keys].every((key) => a[key] === b[key]);
}

/** The store that shows these overlays, one after the other, for as long as a canvas lives. */
export function useOverlayOf(overlay: Overlay | undefined): OverlayStore {
  const [store] = useState(() => createOverlay(overlay));
  useLayoutEffect(() => store.getState().show(overlay ?? {}), [store, overlay]);
  return store;
}

/** The overlay of the canvas around; without one nothing is marked. */
export const OverlayContext = createContext<OverlayStore>(createOverlay());

const unmarked: NodeMark = {};
const muted: NodeMark = { tone: 'muted' };

export function useNodeMark(id: string): NodeMark {
  return useStore(useContext(OverlayContext), ({ nodes, mutesOthers }) => {
    const mark = nodes.get(id);
    if (!mark) return mutesOthers ? muted : unmarked;
    return mark;
  });
}

/** A node's tone: its own or, where others are muted, that. */
export function useNodeTone(id: string): NodeTone | undefined {
  return useStore(
    useContext(OverlayContext),
    ({ nodes, mutesOthers }) => nodes.get(id)?.tone ?? (mutesOthers ? 'muted' : undefined),
  );
}

export function usePortMark(node: string, port: string): PortMark | undefined {
  return useStore(useContext(OverlayContext), (state) => state.ports.get(portKey(node, port)));
}

/** The tone of the line that leaves by that port, or of a jump's link for jumpHandle. */
export function useLineTone(node: string, port: string): LineTone | undefined {
  return useStore(
    useContext(OverlayContext),
    ({ lines, mutesOthers }) => lines.get(portKey(node, port)) ?? (mutesOthers ? 'muted' : undefined),
  );
}
