import type { ScopeEntry } from '@/flow-model';

/** A function that expressions can call, as `GET /node-types` explains it. */
export interface ExpressionFunction {
  name: string;
  usage: string;
  help: string;
  group: string;
}

/** What the field's editor knows of the place it stands at. It is read when it is needed: the flow changes meanwhile. */
export interface CodeScope {
  entries: readonly ScopeEntry[];
  functions: readonly ExpressionFunction[];
  /** The title of a node by its id, or undefined when there is no such node. */
  titleOf(id: string): string | undefined;
  /** An example of an entry's value, as text; empty when there is none. */
  exampleOf(entry: ScopeEntry): string;
  words: CodeWords;
}

/** The words that the editor shows, in the reader's language. */
export interface CodeWords {
  type(type: string): string;
  setBy(source: string): string;
  mayBeEmpty: string;
  secret: string;
  example: string;
  missingNode: string;
  groups: { inputs: string; variables: string; steps: string; run: string; functions: string };
}

/** A mistake in the text, from the server or seen at once. */
export interface CodeProblem {
  from: number;
  to: number;
  message: string;
}
