import {
  closeCompletion,
  completionKeymap,
  completionStatus,
  startCompletion,
} from '@codemirror/autocomplete';
import { standardKeymap } from '@codemirror/commands';
import { Annotation, Compartment, EditorState, type Extension, Prec } from '@codemirror/state';
import { EditorView, keymap, placeholder as placeholderText, tooltips } from '@codemirror/view';
import { completion } from './completion';
import { highlighting, problemMarks, redraw, setProblems } from './decorations';
import type { CodeProblem, CodeScope } from './scope';

/*
 * The field's editor: CodeMirror, loaded when a form with such a field is first
 * shown. It has no undo of its own: every change is written into the flow at
 * once, and the flow's undo comes back as a new text.
 */

export interface CodeOptions {
  parent: HTMLElement;
  text: string;
  /** The whole text is one expression; else expressions stand in braces. */
  expression: boolean;
  multiline: boolean;
  readOnly: boolean;
  placeholder: string;
  attributes: { [name: string]: string };
  scope(): CodeScope;
  onChange(text: string): void;
  onBlur(): void;
}

export interface CodeEditor {
  setText(text: string): void;
  setAttributes(attributes: { [name: string]: string }): void;
  setReadOnly(readOnly: boolean): void;
  setProblems(problems: readonly CodeProblem[]): void;
  /** The scope, a node's name or the language changed. */
  redraw(): void;
  /** Puts text in place of the selection. */
  insert(text: string): void;
  focus(): void;
  destroy(): void;
}

/** Marks a change that came from the flow, not from the keyboard. */
const fromFlow = Annotation.define<boolean>();

export function createCodeEditor(options: CodeOptions): CodeEditor {
  const attributes = new Compartment();
  const readOnly = new Compartment();
  const view = new EditorView({
    parent: options.parent,
    state: EditorState.create({
      doc: options.text,
      extensions: [
        completion(options.expression, options.scope),
        Prec.highest(keymap.of(keys(options))),
        keymap.of([...completionKeymap, ...standardKeymap]),
        highlighting(options.expression, options.scope),
        problemMarks,
        EditorView.lineWrapping,
        tooltips({ position: 'fixed', parent: document.body }),
        placeholderText(options.placeholder),
        attributes.of(EditorView.contentAttributes.of(options.attributes)),
        readOnly.of(locked(options.readOnly)),
        ...(options.multiline ? [] : [singleLine]),
        EditorView.updateListener.of((update) => {
          const own = update.transactions.some((transaction) => transaction.annotation(fromFlow));
          if (update.docChanged && !own) options.onChange(update.state.doc.toString());
          if (update.focusChanged && !update.view.hasFocus) {
            closeCompletion(update.view);
            options.onBlur();
          }
        }),
      ],
    }),
  });
  return {
    setText: (text) => {
      const change = difference(view.state.doc.toString(), text);
      if (change) view.dispatch({ changes: change, annotations: fromFlow.of(true) });
    },
    setAttributes: (next) =>
      view.dispatch({ effects: attributes.reconfigure(EditorView.contentAttributes.of(next)) }),
    setReadOnly: (next) => view.dispatch({ effects: readOnly.reconfigure(locked(next)) }),
    setProblems: (problems) => view.dispatch({ effects: setProblems.of(problems) }),
    redraw: () => view.dispatch({ effects: redraw.of(null) }),
    insert: (text) => {
      view.focus();
      view.dispatch(view.state.replaceSelection(text), { userEvent: 'input.complete', scrollIntoView: true });
    },
    focus: () => view.focus(),
    destroy: () => view.destroy(),
  };
}

function keys({ multiline }: CodeOptions) {
  return [
    // Esc closes the list and nothing else while it is open.
    {
      key: 'Escape',
      stopPropagation: true,
      run: (view: EditorView) => completionStatus(view.state) !== null && closeCompletion(view),
    },
    { key: 'Ctrl-Space', mac: 'Ctrl-Space', run: startCompletion },
    // Without a list, Enter in a field of one line does nothing.
    ...(multiline
      ? []
      : [{ key: 'Enter', run: (view: EditorView) => completionStatus(view.state) !== 'active' }]),
  ];
}

function locked(readOnly: boolean): Extension {
  return [EditorState.readOnly.of(readOnly), EditorView.editable.of(true)];
}

/** Lines that are pasted into a field of one line are joined. */
const singleLine = EditorState.transactionFilter.of((transaction) => {
  if (!transaction.docChanged || transaction.newDoc.lines === 1) return transaction;
  const joined: { from: number; to: number; insert: string }[] = [];
  transaction.changes.iterChanges((from, to, _, __, inserted) => {
    joined.push({ from, to, insert: inserted.toString().replace(/\s*\n\s*/g, ' ') });
  });
  const last = joined.at(-1);
  return [{ changes: joined, ...(last ? { selection: { anchor: last.from + last.insert.length } } : {}) }];
});

/** The one change that leads from a text to another, so that the caret stays where it was. */
export function difference(
  before: string,
  after: string,
): { from: number; to: number; insert: string } | undefined {
  if (before === after) return undefined;
  let from = 0;
  const shorter = Math.min(before.length, after.length);
  while (from < shorter && before[from] === after[from]) from++;
  let end = 0;
  while (end < shorter - from && before[before.length - 1 - end] === after[after.length - 1 - end]) end++;
  return { from, to: before.length - end, insert: after.slice(from, after.length - end) };
}
