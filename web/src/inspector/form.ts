import { createContext, useContext } from 'react';
import type { Diagnostic } from '@/canvas/cards';
import {
  type FieldSchema,
  type Flow,
  type FlowNode,
  type Json,
  type NodeType,
  type NodeTypes,
  type Operation,
  type Path,
  pointerTokens,
  type ScopeEntry,
  valueAt,
} from '@/flow-model';

import type { Preview } from './usePreviews';

/** What the controls of one node's form share. Values live in the flow only: there is no second form state. */
export interface Form {
  flow: Flow;
  node: FlowNode;
  type: NodeType;
  types: NodeTypes;
  /** The schema of the whole config, where references lead. */
  root: FieldSchema;
  /** Findings about this node, by the path inside its config joined with "/". */
  problems: ReadonlyMap<string, Diagnostic[]>;
  readOnly: boolean;
  /** What the form's texts give with the chosen sample, by path joined with "/". */
  previews?: ReadonlyMap<string, Preview> | undefined;
  /** What any field of the node can read. */
  entries?: readonly ScopeEntry[];
  /** Another change to the flow than to one value, as one step of the history. */
  perform?(operation: Operation, label: string): void;
  /** Replaces the value at the path; undefined removes it. */
  change(path: Path, value: Json | undefined): void;
}

export const FormContext = createContext<Form | undefined>(undefined);

export function useForm(): Form {
  const form = useContext(FormContext);
  if (!form) throw new Error('useForm needs a ConfigForm above it');
  return form;
}

/** A control's value and how to change it. */
export function useField(path: Path): { value: Json | undefined; change(value: Json | undefined): void } {
  const form = useForm();
  return {
    value: valueAt(form.node.config, path),
    change: (value) => form.change(path, value),
  };
}

/** What is wrong with the value at the path, in the server's words. */
export function useProblem(path: Path, { deep = false }: { deep?: boolean } = {}): string | undefined {
  const { problems } = useForm();
  const key = path.join('/');
  const found = [...problems].find(([at]) => at === key || (deep && at.startsWith(`${key}/`)))?.[1][0];
  return found && problemText(found);
}

export function problemText({ message, hint }: Pick<Diagnostic, 'message' | 'hint'>): string {
  return hint ? `${message} ${hint}` : message;
}

/** The findings about one node's config by path, and those about the rest of the node. */
export function problemsOf(diagnostics: readonly Diagnostic[], nodeId: string) {
  const inConfig = new Map<string, Diagnostic[]>();
  const others: Diagnostic[] = [];
  for (const found of diagnostics) {
    if (found.node !== nodeId || found.severity === 'info') continue;
    // /nodes/3/config/message/text
    const [where, , part, ...path] = pointerTokens(found.pointer);
    if (where !== 'nodes' || part !== 'config') {
      others.push(found);
      continue;
    }
    const key = path.join('/');
    inConfig.set(key, [...(inConfig.get(key) ?? []), found]);
  }
  return { inConfig, others: [...others, ...(inConfig.get('') ?? [])] };
}
