import { t } from '@lingui/core/macro';
import { createStore, type StoreApi } from 'zustand';
import type { Diagnostic } from '@/canvas/cards';
import { lineEnd, noteIdOf } from '@/canvas/elements';
import {
  emptyHistory,
  type Flow,
  type History,
  type NodeTypes,
  type Operation,
  operationsBetween,
  perform,
  redo,
  removeNodes,
  sameFlow,
  undo,
} from '@/flow-model';
import type { DraftState } from './draftClient';

export type Bound = NonNullable<DraftState['bound']>;

/** How the draft on screen stands to the one on the server. */
export type SaveState =
  | { kind: 'saved' }
  | { kind: 'changed' }
  | { kind: 'saving' }
  /** The server could not be reached or has a fault; it is tried again by itself. */
  | { kind: 'retrying'; error: unknown }
  /** The server does not take this draft; changing it tries again. */
  | { kind: 'refused'; error: unknown }
  | { kind: 'conflict'; etag: string; draft: unknown };

/** Changes that came onto the screen without being made there, for people to look at. */
export type Notice =
  /** Brought back from this browser, kept at that time (milliseconds since 1970); merged with what the server had by then. */
  | { kind: 'recovered'; at: number; merged: boolean; before: Flow; after: Flow }
  /** Somebody, or another tab, saved changes: they were joined with those on screen. */
  | { kind: 'merged'; before: Flow; after: Flow };

export interface EditorState {
  flowId: string;
  types: NodeTypes;
  flow: Flow;
  history: History;
  /** What the server has, by identity: the draft is unsaved while `flow` is another value. */
  saved: Flow;
  etag: string;
  save: SaveState;
  /** Whether what is on screen is kept in this browser, or on the server, in case the page goes. */
  kept: 'yes' | 'no';
  notice: Notice | undefined;
  /** The draft differs from the published version. */
  draftChanged: boolean;
  diagnostics: readonly Diagnostic[];
  bound: Bound | null;
  /** Ids of selected elements of the canvas: nodes, notes and lines. */
  selection: ReadonlySet<string>;

  /** Changes the flow as one step of the history. Changes with one key that follow quickly are joined. */
  perform(operation: Operation, label: string, key?: string): void;
  undo(): void;
  redo(): void;
  select(ids: Iterable<string>): void;
  /** Removes what is selected: nodes with their lines, notes, lines. */
  removeSelected(): void;
  setSave(save: SaveState): void;
  /** Takes in the server's answer to saving that flow. */
  wasSaved(flow: Flow, state: DraftState): void;
  /** Makes the flow on screen into that one, as one step that can be undone. */
  become(flow: Flow, label: string): void;
  /**
   * Takes in the server's newer draft and shows what it and the one on screen
   * make together; what is on screen is unsaved when that is not the server's.
   */
  mergeIn(theirs: Flow, merged: Flow, state: { etag: string } & Partial<DraftState>, label: string): void;
  /** Shows another draft in place of this one: the server's, after a conflict or a restored version. */
  replace(flow: Flow, state: { etag: string } & Partial<DraftState>): void;
}

export type EditorStore = StoreApi<EditorState>;

export interface EditorStart {
  flowId: string;
  types: NodeTypes;
  flow: Flow;
  etag: string;
  state: DraftState;
  selected?: string | undefined;
  /** The clock of the history, in milliseconds. */
  now?: () => number;
}

export function createEditorStore({
  flowId,
  types,
  flow,
  etag,
  state,
  selected,
  now = () => performance.now(),
}: EditorStart): EditorStore {
  return createStore<EditorState>((set, get) => {
    const show = (next: { flow: Flow; history: History }) => {
      if (next.flow === get().flow) return;
      set({ ...next, selection: stillThere(get().selection, next.flow) });
    };
    return {
      flowId,
      types,
      flow,
      history: emptyHistory,
      saved: flow,
      etag,
      save: { kind: 'saved' },
      kept: 'yes',
      notice: undefined,
      draftChanged: state.draft_changed,
      diagnostics: state.diagnostics,
      bound: state.bound ?? null,
      selection: new Set(selected ? [selected] : []),

      perform: (operation, label, key) =>
        show(perform(get(), operation, { label, at: now(), ...(key === undefined ? {} : { key }) })),
      undo: () => show(undo(get())),
      redo: () => show(redo(get())),
      select: (ids) => {
        const selection = new Set(ids);
        const before = get().selection;
        if (selection.size === before.size && [...selection].every((id) => before.has(id))) return;
        set({ selection });
      },
      removeSelected: () => {
        const { selection, flow: current, perform: change } = get();
        const operation = removal(current, selection);
        if (operation.operations.length > 0) change(operation, t`Delete`);
      },
      become: (other, label) => {
        const parts = operationsBetween(get().flow, other);
        if (parts.length > 0) get().perform({ type: 'batch', operations: parts }, label);
      },
      mergeIn: (theirs, merged, answer, label) => {
        const before = get().flow;
        const operations = operationsBetween(before, merged);
        const next =
          operations.length === 0
            ? get()
            : perform(get(), { type: 'batch', operations }, { label, at: now() });
        const after = next.flow;
        const isTheirs = sameFlow(theirs, after);
        // At once: what watches for unsaved changes must not see half of it.
        set({
          flow: after,
          history: next.history,
          selection: stillThere(get().selection, after),
          saved: isTheirs ? after : theirs,
          save: { kind: isTheirs ? 'saved' : 'changed' },
          ...answered(answer),
          ...(after === before ? {} : { notice: { kind: 'merged', before, after } }),
        });
      },
      setSave: (save) => set({ save }),
      wasSaved: (savedFlow, answer) =>
        set({
          saved: savedFlow,
          etag: answer.etag,
          draftChanged: answer.draft_changed,
          diagnostics: answer.diagnostics,
          bound: answer.bound ?? null,
          save: { kind: get().flow === savedFlow ? 'saved' : 'changed' },
        }),
      replace: (other, answer) =>
        set({
          flow: other,
          saved: other,
          history: emptyHistory,
          save: { kind: 'saved' },
          selection: stillThere(get().selection, other),
          ...answered(answer),
        }),
    };
  });
}

/** What the server says of a draft, as parts of the state. */
function answered(answer: { etag: string } & Partial<DraftState>) {
  return {
    etag: answer.etag,
    ...(answer.draft_changed === undefined ? {} : { draftChanged: answer.draft_changed }),
    ...(answer.diagnostics === undefined ? {} : { diagnostics: answer.diagnostics }),
    ...(answer.bound === undefined ? {} : { bound: answer.bound }),
  };
}

function removal(flow: Flow, selection: ReadonlySet<string>): { type: 'batch'; operations: Operation[] } {
  const nodes = new Set(flow.nodes.filter((node) => selection.has(node.id)).map((node) => node.id));
  const operations: Operation[] = [];
  for (const id of selection) {
    const line = lineEnd(id);
    const edge = line && flow.edges.find((other) => other.from === line.from && other.port === line.port);
    // Lines of removed nodes go with them.
    if (edge && !nodes.has(edge.from) && !nodes.has(edge.to)) {
      operations.push({ type: 'disconnect', from: edge.from, port: edge.port });
    }
    const note = noteIdOf(id);
    if (note !== undefined) operations.push({ type: 'remove_note', id: note });
  }
  if (nodes.size > 0) operations.push(removeNodes(flow, nodes));
  return { type: 'batch', operations };
}

function stillThere(selection: ReadonlySet<string>, flow: Flow): ReadonlySet<string> {
  const kept = [...selection].filter((id) => {
    const line = lineEnd(id);
    if (line) return flow.edges.some((edge) => edge.from === line.from && edge.port === line.port);
    const note = noteIdOf(id);
    if (note !== undefined) return flow.notes?.some((other) => other.id === note) ?? false;
    return flow.nodes.some((node) => node.id === id);
  });
  return kept.length === selection.size ? selection : new Set(kept);
}
