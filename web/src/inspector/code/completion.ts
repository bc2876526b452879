import {
  autocompletion,
  type Completion,
  type CompletionContext,
  type CompletionResult,
  type CompletionSection,
} from '@codemirror/autocomplete';
import type { Extension } from '@codemirror/state';
import type { EditorView } from '@codemirror/view';
import type { ScopeEntry } from '@/flow-model';
import { bracesOf } from '@/flow-model/syntax';
import type { CodeScope, ExpressionFunction } from './scope';

/** What is offered at the caret: what can be read at this node, and the functions. */
export function completion(expression: boolean, scope: () => CodeScope): Extension {
  return autocompletion({
    override: [(context) => offered(context, expression, scope())],
    icons: false,
    // Enter takes the option at once, also right after it was typed to.
    interactionDelay: 0,
    maxRenderedOptions: 200,
    addToOptions: [{ render: (option) => secondLine(option), position: 80 }],
  });
}

/** A name with its members, and the brackets of `steps["id"]`. */
const word = /[\p{L}_$#][\p{L}\p{N}_$#]*(?:\.[\p{L}\p{N}_$]*|\["[^"\]]*"?\]?)*$/u;

function offered(context: CompletionContext, expression: boolean, scope: CodeScope): CompletionResult | null {
  const text = context.state.doc.toString();
  const braces = expression ? undefined : bracesOf(text).find(({ inner }) => inside(inner, context.pos));
  if (!expression && !braces) return null;
  const start = braces?.inner.from ?? 0;
  const before = text.slice(start, context.pos);
  if (inQuotes(before)) return null;
  const typed = word.exec(before)?.[0] ?? '';
  // After a value, a name would be a mistake; after a space it is asked for.
  if (typed === '' && !context.explicit && expression && before !== '') return null;
  if (typed === '' && !context.explicit && !expression && !/^\s*$|[(,[+\-*/%<>=!&|?:]\s*$/.test(before))
    return null;
  const options = [
    ...matching(scope.entries, typed).map((entry, index) => entryOption(entry, index, expression, scope)),
    ...functionsFor(scope.functions, typed).map((fn, index) => functionOption(fn, index, scope)),
  ];
  if (options.length === 0) return null;
  return {
    from: context.pos - typed.length,
    options,
    filter: false,
    // At once with every letter: while a list is asked for anew, Enter would not take its option.
    update: (_result, _from, _to, now) => offered(now, expression, scope),
  };
}

function inside(place: { from: number; to: number }, at: number): boolean {
  return place.from <= at && at <= place.to;
}

function inQuotes(text: string): boolean {
  let quote = '';
  for (let at = 0; at < text.length; at++) {
    const sign = text[at] as string;
    if (quote !== '' && sign === '\\') at++;
    else if (quote === sign) quote = '';
    else if (quote === '' && `"'\``.includes(sign)) quote = sign;
  }
  // steps["id"] is a name, not a text.
  return quote !== '' && !/\[["'`][^"'`]*$/.test(text);
}

/** The entries whose expression, name or node contains all words of what is typed; those that begin with it first. */
export function matching(entries: readonly ScopeEntry[], typed: string): ScopeEntry[] {
  const query = typed.toLowerCase();
  const begins = (entry: ScopeEntry) =>
    entry.expression.toLowerCase().startsWith(query) || entry.name.toLowerCase().startsWith(query);
  const contains = (entry: ScopeEntry) =>
    `${entry.expression} ${entry.group === 'run' ? '' : entry.source}`.toLowerCase().includes(query);
  const found = entries.filter(contains);
  return [...found.filter(begins), ...found.filter((entry) => !begins(entry))];
}

function functionsFor(functions: readonly ExpressionFunction[], typed: string): ExpressionFunction[] {
  const query = typed.toLowerCase();
  // now() is among what every run has.
  return functions.filter(({ name }) => name !== 'now' && name.toLowerCase().startsWith(query));
}

/** What the list shows beside an option's name. */
const lines = new WeakMap<Completion, string>();

function secondLine(option: Completion): Node | null {
  const line = lines.get(option);
  if (!line) return null;
  const element = document.createElement('span');
  element.className = 'cm-where';
  element.textContent = line;
  return element;
}

const ranks = { inputs: 0, variables: 1, steps: 2, run: 3, functions: 4 };

function section(name: string, rank: number): CompletionSection {
  return {
    name,
    rank,
    header: ({ name: title }) => {
      const element = document.createElement('li');
      element.className = 'cm-section';
      element.setAttribute('role', 'presentation');
      element.textContent = title;
      return element;
    },
  };
}

function entryOption(entry: ScopeEntry, index: number, expression: boolean, scope: CodeScope): Completion {
  const { words } = scope;
  const notes = [
    entry.group === 'inputs' || entry.group === 'variables' ? words.setBy(entry.source) : '',
    entry.definite ? '' : words.mayBeEmpty,
    entry.secret ? words.secret : '',
  ].filter(Boolean);
  const option: Completion = {
    label: entry.expression,
    displayLabel: entry.group === 'steps' ? entry.name : entry.expression,
    detail: words.type(entry.type),
    section:
      entry.group === 'steps'
        ? section(entry.source, ranks.steps + index / 1_000)
        : section(words.groups[entry.group], ranks[entry.group]),
    boost: -index / 100,
    info: () => entryInfo(entry, scope),
    apply: (view, _, from, to) => put(view, from, to, entry.expression, expression),
  };
  if (notes.length > 0) lines.set(option, notes.join(' · '));
  return option;
}

function entryInfo(entry: ScopeEntry, scope: CodeScope): Node | null {
  const example = entry.secret ? '' : scope.exampleOf(entry);
  if (!entry.help && !example) return null;
  const box = document.createElement('div');
  if (entry.help) box.append(paragraph('cm-help', entry.help));
  if (example) box.append(paragraph('cm-example', `${scope.words.example} ${example}`));
  return box;
}

function functionOption(fn: ExpressionFunction, index: number, scope: CodeScope): Completion {
  return {
    label: fn.name,
    displayLabel: `${fn.name}()`,
    section: section(scope.words.groups.functions, ranks.functions),
    boost: -50 - index / 100,
    info: () => {
      const box = document.createElement('div');
      box.append(paragraph('cm-usage', fn.usage), paragraph('cm-help', fn.help));
      return box;
    },
    apply: (view, _, from, to) => {
      const rest = view.state.sliceDoc(to, to + 1);
      const insert = rest === '(' ? fn.name : `${fn.name}()`;
      view.dispatch({
        changes: { from, to, insert },
        selection: { anchor: from + fn.name.length + 1 },
        userEvent: 'input.complete',
      });
    },
  };
}

function paragraph(className: string, text: string): HTMLElement {
  const element = document.createElement('p');
  element.className = className;
  element.textContent = text;
  return element;
}

/** Puts an expression in place of what was typed; braces that are still open are closed behind it. */
function put(view: EditorView, from: number, to: number, text: string, expression: boolean): void {
  const all = view.state.doc.toString();
  const braces = expression ? undefined : bracesOf(all).find(({ inner }) => inside(inner, from));
  // "{{na, bye": what follows the name is text, which the braces would swallow.
  const insert = braces && !braces.closed ? `${text}}}` : text;
  // A name that goes on behind the caret is replaced as a whole.
  const rest = /^[\p{L}\p{N}_$]*/u.exec(all.slice(to))?.[0].length ?? 0;
  const end = braces && !braces.closed ? to : to + rest;
  const only = braces?.closed && all.slice(end, braces.inner.to).trim() === '' ? braces.to : undefined;
  view.dispatch({
    changes: { from, to: end, insert },
    selection: { anchor: only === undefined ? from + insert.length : only - (end - from) + insert.length },
    userEvent: 'input.complete',
  });
}
