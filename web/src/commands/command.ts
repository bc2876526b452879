import type { MessageDescriptor } from '@lingui/core';
import type { LucideIcon } from 'lucide-react';
import type { OverlayStore } from '@/canvas/overlay';
import type { Autosaver } from '@/editor/autosave';
import type { KeptDrafts } from '@/editor/keptDrafts';
import type { EditorState, EditorStore } from '@/editor/store';
import type { BoxGraph, BoxPlaces, Position } from '@/flow-model';
import type { Trial } from '@/try/trial';

/** What the canvas lets commands do with the view. */
export interface CanvasView {
  fit(): void;
  zoomIn(): void;
  zoomOut(): void;
  /** Brings these elements into sight. */
  reveal(ids: string[]): void;
  /** Brings these elements into sight, unless their middle is there already: the view keeps its place. */
  ensure(ids: string[]): void;
  /** Gives a card the keys, once it is drawn. */
  focus(nodeId: string): void;
  /** Lets what moves next travel to its new place, for people who want motion. */
  glide(): void;
  /** Lets a card's title be written in its place. */
  rename(nodeId: string): void;
  /** The canvas position under the mouse; undefined when it is elsewhere. */
  pointer(): Position | undefined;
  /** The canvas position in the middle of what is seen. */
  center(): Position;
}

/** One exit of one node; without a port, any of them. */
export interface Exit {
  from: string;
  port?: string;
}

/** Panels and dialogs that commands open. */
export interface EditorDialogs {
  run(): void;
  publish(): void;
  versions(): void;
  issues(): void;
  remove(): void;
  shortcuts(): void;
  palette(): void;
  find(): void;
  /** Offers the nodes that can come after an exit, or into its line; without one, those that can stand there. */
  addNode(at: Required<Exit> | { place: Position }): void;
  /** Asks where an exit leads to, and which one when that is not known. */
  connect(exit: Exit): void;
  /** Gives the keys to the form of what is selected. */
  inspector(): void;
  /** Shows the flow as a list, or on the canvas again. */
  switchView(): void;
}

/** What commands work on. */
export interface CommandContext {
  store: EditorStore;
  autosaver: Autosaver;
  view: CanvasView;
  dialogs: EditorDialogs;
  /** What is marked on the canvas beside the flow itself. */
  overlay: OverlayStore;
  /** Tries of the draft and runs of its scenarios. */
  trial: Trial;
  /** Finds tidy places for boxes, beside the page. */
  arrange(graph: BoxGraph): Promise<BoxPlaces>;
  /** Says what happened to people who hear the page. */
  announce(text: string): void;
  /** Where drafts that give way to others are kept; undefined where this browser keeps nothing. */
  copies: KeptDrafts | undefined;
  /** The last copied nodes, for browsers that do not let pages read the clipboard. */
  clipboard: { text: string };
  /** Downloads the draft as a file; the editor saves first. */
  exportFlow(): Promise<void>;
  duplicateFlow(): Promise<void>;
  /** Whether the signed-in person may change the flow. */
  mayEdit: boolean;
}

/**
 * One thing that people can do in the editor. Toolbar buttons, menu entries and
 * shortcuts all come from here, so none of them drifts.
 */
export interface Command {
  id: string;
  label: MessageDescriptor;
  icon: LucideIcon;
  /** As it is shown, such as "Ctrl+Z". */
  shortcut?: string;
  /** Whether a key press asks for this command. */
  keyTest?(event: KeyboardEvent): boolean;
  /** Also takes its key while text is typed in a field. */
  whileTyping?: boolean;
  /** Takes its key before the canvas does something of its own with it. */
  beforeCanvas?: boolean;
  /** Changes the flow: not for people who may only look. */
  edits?: boolean;
  enabled?(state: EditorState): boolean;
  /** The event is there when a key asked for it. */
  perform(context: CommandContext, event?: KeyboardEvent): void | Promise<void>;
}

/** Ctrl, or Command on a Mac. */
export function withModifier(event: KeyboardEvent): boolean {
  return (event.ctrlKey || event.metaKey) && !event.altKey;
}

export function plain(event: KeyboardEvent): boolean {
  return !event.ctrlKey && !event.metaKey && !event.altKey;
}
