import { type EditorState, type Range, StateEffect, StateField } from '@codemirror/state';
import {
  Decoration,
  type DecorationSet,
  EditorView,
  ViewPlugin,
  type ViewUpdate,
  WidgetType,
} from '@codemirror/view';
import { bracesOf, references, type Token, tokens } from '@/flow-model/syntax';
import type { CodeProblem, CodeScope } from './scope';

/** Shows `steps.<id>` as the name of that node. */
class StepChip extends WidgetType {
  constructor(
    private readonly title: string | undefined,
    private readonly missing: string,
  ) {
    super();
  }
  override eq(other: StepChip): boolean {
    return other.title === this.title && other.missing === this.missing;
  }
  override toDOM(): HTMLElement {
    const chip = document.createElement('span');
    chip.className = this.title === undefined ? 'cm-step cm-step-missing' : 'cm-step';
    chip.textContent = this.title ?? this.missing;
    return chip;
  }
  override ignoreEvent(): boolean {
    return false;
  }
}

/** Where expressions stand in the text. */
export function expressionPlaces(text: string, expression: boolean): { from: number; to: number }[] {
  return expression ? [{ from: 0, to: text.length }] : bracesOf(text).map(({ inner }) => inner);
}

const tokenClasses: { [kind in Token['kind']]: string } = {
  name: 'cm-name',
  keyword: 'cm-keyword',
  number: 'cm-number',
  string: 'cm-string',
  operator: 'cm-operator',
  comment: 'cm-comment',
  broken: 'cm-broken',
};

interface Drawn {
  all: DecorationSet;
  /** The caret jumps over these. */
  chips: DecorationSet;
}

function draw(state: EditorState, expression: boolean, scope: () => CodeScope): Drawn {
  const text = state.doc.toString();
  const marks: Range<Decoration>[] = [];
  const chips: Range<Decoration>[] = [];
  const { titleOf, words } = scope();
  if (!expression) {
    for (const { from, to, closed } of bracesOf(text)) {
      marks.push(Decoration.mark({ class: closed ? 'cm-braces' : 'cm-braces cm-broken' }).range(from, to));
    }
  }
  for (const { from, to } of expressionPlaces(text, expression)) {
    const source = text.slice(from, to);
    const replaced: { from: number; to: number }[] = [];
    for (const { path, places } of references(source)) {
      const end = places[1];
      if (path[0] !== 'steps' || path[1] === undefined || !end || !places[0]) continue;
      // steps["a-b"]: the bracket belongs to the chip.
      const bracket = source[end.to] === '"' || source[end.to] === "'" || source[end.to] === '`';
      const place = { from: from + places[0].from, to: from + end.to + (bracket ? 2 : 0) };
      replaced.push(place);
      const chip = Decoration.replace({ widget: new StepChip(titleOf(path[1]), words.missingNode) });
      chips.push(chip.range(place.from, place.to));
    }
    const all = tokens(source);
    for (const [index, token] of all.entries()) {
      const place = { from: from + token.from, to: from + token.to };
      if (replaced.some((other) => place.from < other.to && place.to > other.from)) continue;
      const isCall = token.kind === 'name' && all[index + 1]?.text === '(';
      const name = isCall ? 'cm-call' : tokenClasses[token.kind];
      marks.push(Decoration.mark({ class: name }).range(place.from, place.to));
    }
  }
  return { all: Decoration.set([...marks, ...chips], true), chips: Decoration.set(chips, true) };
}

/** Draw everything anew: the scope, a node's name or the language is another. */
export const redraw = StateEffect.define<null>();

export function highlighting(expression: boolean, scope: () => CodeScope) {
  return ViewPlugin.fromClass(
    class {
      drawn: Drawn;
      constructor(view: EditorView) {
        this.drawn = draw(view.state, expression, scope);
      }
      update(update: ViewUpdate) {
        const asked = update.transactions.some((transaction) =>
          transaction.effects.some((effect) => effect.is(redraw)),
        );
        if (update.docChanged || asked) this.drawn = draw(update.state, expression, scope);
      }
    },
    {
      decorations: (plugin) => plugin.drawn.all,
      provide: (plugin) =>
        EditorView.atomicRanges.of((view) => view.plugin(plugin)?.drawn.chips ?? Decoration.none),
    },
  );
}

export const setProblems = StateEffect.define<readonly CodeProblem[]>();

/** Underlines mistakes where they are; they move along with what is typed. */
export const problemMarks = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(marks, transaction) {
    let next = marks.map(transaction.changes);
    for (const effect of transaction.effects) {
      if (!effect.is(setProblems)) continue;
      const length = transaction.state.doc.length;
      next = Decoration.set(
        effect.value.flatMap(({ from, to, message }) => {
          const start = Math.min(from, Math.max(0, length - 1));
          const end = Math.min(Math.max(to, start + 1), length);
          if (end <= start) return [];
          return [Decoration.mark({ class: 'cm-problem', attributes: { title: message } }).range(start, end)];
        }),
        true,
      );
    }
    return next;
  },
  provide: (field) => EditorView.decorations.from(field),
});
