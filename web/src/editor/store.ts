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
  perform,
  redo,
  removeNodes,
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

export interface EditorState {
  flowId: string;
  types: NodeTypes;
  flow: Flow;
  history: History;
  /** What the server has, by identity: the draft is unsaved while `flow` is another value. */
  saved: Flow;
  etag: string;
  save: SaveState;
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
          etag: answer.etag,
          save: { kind: 'saved' },
          selection: stillThere(get().selection, other),
          ...(answer.draft_changed === undefined ? {} : { draftChanged: answer.draft_changed }),
          ...(answer.diagnostics === undefined ? {} : { diagnostics: answer.diagnostics }),
          ...(answer.bound === undefined ? {} : { bound: answer.bound }),
        }),
    };
  });
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
