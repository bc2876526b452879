import { type FieldChange, fieldChanges } from './field-changes';
import type { Flow, FlowEdge, FlowNode, FlowNote, Position } from './flow';
import { canonical, isObject, type Json, type JsonObject } from './json';
import type { NodeTypes } from './node-type';
import { apply, type Operation } from './operations';

/*
 * What differs between two flows, for people to see and for operations to
 * make. The order in which nodes, lines and notes are listed says nothing and
 * is no difference.
 */

export type ChangeKind = 'added' | 'removed' | 'changed';

export interface NodeChange {
  kind: ChangeKind;
  id: string;
  /** Undefined when it was added. */
  before: FlowNode | undefined;
  /** Undefined when it was removed. */
  after: FlowNode | undefined;
  /** What of its name, type and config changed; empty unless it was changed. */
  fields: FieldChange[];
  /** It stands elsewhere. A node that only moved is changed, with no fields. */
  moved: boolean;
}

export interface LineChange {
  kind: ChangeKind;
  from: string;
  port: string;
  /** The ids of the nodes that it led to and leads to. */
  before: string | undefined;
  after: string | undefined;
}

export interface NoteChange {
  kind: ChangeKind;
  id: string;
  before: FlowNote | undefined;
  after: FlowNote | undefined;
}

export interface ScenarioChange {
  kind: ChangeKind;
  name: string;
  before: Json | undefined;
  after: Json | undefined;
}

export interface MemberChange {
  kind: ChangeKind;
  /** "name", "description", or what else a flow has. */
  member: string;
  before: Json | undefined;
  after: Json | undefined;
}

export interface FlowDiff {
  nodes: NodeChange[];
  lines: LineChange[];
  notes: NoteChange[];
  scenarios: ScenarioChange[];
  members: MemberChange[];
}

/** What happened to the flow on the way from `before` to `after`. */
export function diffFlows(before: Flow, after: Flow, types: NodeTypes): FlowDiff {
  return {
    nodes: compared(before.nodes, after.nodes, (node) => node.id).map(
      ({ kind, key, before: was, after: is }) => ({
        kind,
        id: key,
        before: was,
        after: is,
        fields: was && is ? fieldChanges(was, is, types) : [],
        moved: was !== undefined && is !== undefined && canonical(was.position) !== canonical(is.position),
      }),
    ),
    lines: compared(before.edges, after.edges, lineKey).map(({ kind, before: was, after: is }) => {
      const { from, port } = (is ?? was) as FlowEdge;
      return { kind, from, port, before: was?.to, after: is?.to };
    }),
    notes: compared(before.notes ?? [], after.notes ?? [], (note) => note.id).map(({ key, ...change }) => ({
      ...change,
      id: key,
    })),
    scenarios: compared(namedScenarios(before), namedScenarios(after), ([name]) => name).map(
      ({ kind, key, before: was, after: is }) => ({ kind, name: key, before: was?.[1], after: is?.[1] }),
    ),
    members: compared(membersOf(before), membersOf(after), ([name]) => name).map(
      ({ kind, key, before: was, after: is }) => ({ kind, member: key, before: was?.[1], after: is?.[1] }),
    ),
  };
}

/** How many things differ; nodes that only moved are counted when `places` is true. */
export function countChanges(diff: FlowDiff, { places = true } = {}): number {
  const nodes = places ? diff.nodes : diff.nodes.filter((change) => !onlyMoved(change));
  return nodes.length + diff.lines.length + diff.notes.length + diff.scenarios.length + diff.members.length;
}

export function onlyMoved(change: NodeChange): boolean {
  return change.kind === 'changed' && change.moved && change.fields.length === 0;
}

/** Whether two flows are the same but for the order of what they list. */
export function sameFlow(a: Flow, b: Flow): boolean {
  return a === b || operationsBetween(a, b).length === 0;
}

/**
 * The operations that make `before` into `after`, each with an inverse, so that
 * restoring a version or merging is a step that can be undone.
 */
export function operationsBetween(before: Flow, after: Flow): Operation[] {
  const operations: Operation[] = [];
  const nodes = compared(before.nodes, after.nodes, (node) => node.id);
  const replaced = nodes.filter(({ before: was, after: is }) => was && is && !editable(was, is));
  const gone = new Set(
    [...nodes.filter(({ kind }) => kind === 'removed'), ...replaced].map(({ key }) => key),
  );
  const lines = compared(before.edges, after.edges, lineKey);
  // A node goes only without lines, so those that stay are taken off and put back.
  const loose = before.edges.filter((edge) => gone.has(edge.from) || gone.has(edge.to));
  const taken = new Map(
    [...lines.flatMap(({ before: was }) => was ?? []), ...loose].map((edge) => [lineKey(edge), edge]),
  );
  for (const { from, port } of taken.values()) operations.push({ type: 'disconnect', from, port });
  for (const id of gone) operations.push({ type: 'remove_node', id });
  for (const { kind, after: is } of nodes)
    if (kind === 'added' && is) operations.push({ type: 'add_node', node: is });
  for (const { after: is } of replaced) if (is) operations.push({ type: 'add_node', node: is });
  for (const { before: was, after: is } of nodes) {
    if (was && is && editable(was, is)) operations.push(...nodeEdits(was, is));
  }
  const positions: { [id: string]: Position | undefined } = {};
  for (const { key, before: was, after: is } of nodes) {
    if (was && is && editable(was, is) && canonical(was.position) !== canonical(is.position))
      positions[key] = is.position;
  }
  if (Object.keys(positions).length > 0) operations.push({ type: 'move', positions });
  const still = new Map(after.edges.map((edge) => [lineKey(edge), edge]));
  const back = new Map(
    [...lines.flatMap(({ after: is }) => is ?? []), ...loose].map((edge) => [lineKey(edge), edge]),
  );
  for (const key of back.keys()) {
    const edge = still.get(key);
    if (edge) operations.push({ type: 'connect', edge });
  }
  operations.push(...noteOperations(before, after));
  for (const { key, after: is } of compared(membersOf(before), membersOf(after), ([name]) => name)) {
    // A flow always has a name, be it empty.
    operations.push({ type: 'set_member', member: key, value: is ? is[1] : key === 'name' ? '' : undefined });
  }
  if (canonical(before.scenarios ?? []) !== canonical(after.scenarios ?? []))
    operations.push({ type: 'set_scenarios', scenarios: after.scenarios });
  return operations;
}

/** The flow `before` with these operations done. */
export function applyAll(before: Flow, operations: readonly Operation[]): Flow {
  return operations.reduce((flow, operation) => apply(flow, operation).flow, before);
}

/** Whether the one node becomes the other by edits of its name, place and config. */
function editable(was: FlowNode, is: FlowNode): boolean {
  const rest = ({ name: _, position: __, config: ___, ...others }: FlowNode) => others;
  return (
    canonical(rest(was)) === canonical(rest(is)) && (was.config === undefined) === (is.config === undefined)
  );
}

function nodeEdits(was: FlowNode, is: FlowNode): Operation[] {
  const operations: Operation[] = [];
  if (was.name !== is.name) operations.push({ type: 'rename_node', id: is.id, name: is.name });
  const [old, now]: JsonObject[] = [was.config ?? {}, is.config ?? {}];
  for (const key of new Set([...Object.keys(old ?? {}), ...Object.keys(now ?? {})])) {
    if (canonical(own(old, key)) !== canonical(own(now, key)))
      operations.push({ type: 'set_config', id: is.id, path: [key], value: own(now, key) });
  }
  return operations;
}

function own(object: JsonObject | undefined, key: string): Json | undefined {
  return object && Object.hasOwn(object, key) ? object[key] : undefined;
}

function noteOperations(before: Flow, after: Flow): Operation[] {
  return compared(before.notes ?? [], after.notes ?? [], (note) => note.id).flatMap(
    ({ kind, key, before: was, after: is }): Operation[] => {
      if (kind === 'removed') return [{ type: 'remove_note', id: key }];
      if (!was) return is ? [{ type: 'add_note', note: is }] : [];
      const { id: _, ...now } = is as FlowNote;
      // What the note has no more is set to nothing.
      const emptied = Object.fromEntries(Object.keys(was).map((member) => [member, undefined]));
      const { id: __, ...change } = { ...emptied, ...now } as Partial<FlowNote>;
      return [{ type: 'change_note', id: key, change }];
    },
  );
}

interface Compared<T> {
  kind: ChangeKind;
  key: string;
  before: T | undefined;
  after: T | undefined;
}

/** What of two lists differs, by key: first what was there, in its order, then what is new. */
function compared<T>(before: readonly T[], after: readonly T[], keyOf: (item: T) => string): Compared<T>[] {
  const olds = new Map(before.map((item) => [keyOf(item), item]));
  const news = new Map(after.map((item) => [keyOf(item), item]));
  const changes: Compared<T>[] = [];
  for (const [key, was] of olds) {
    const is = news.get(key);
    if (is === undefined) changes.push({ kind: 'removed', key, before: was, after: undefined });
    else if (was !== is && canonical(was) !== canonical(is))
      changes.push({ kind: 'changed', key, before: was, after: is });
  }
  for (const [key, is] of news)
    if (!olds.has(key)) changes.push({ kind: 'added', key, before: undefined, after: is });
  return changes;
}

export function lineKey({ from, port }: { from: string; port: string }): string {
  return JSON.stringify([from, port]);
}

/** The scenarios by name; a name that comes again gets a number. */
export function namedScenarios(flow: Flow): [string, Json][] {
  const seen = new Map<string, number>();
  return (flow.scenarios ?? []).map((scenario) => {
    const name = isObject(scenario) && typeof scenario.name === 'string' ? scenario.name : '';
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return [count === 1 ? name : `${name} (${count})`, scenario];
  });
}

/** What a flow has besides its nodes, lines, notes and scenarios; what is empty is not there. */
export function membersOf(flow: Flow): [string, Json][] {
  const { nodes: _, edges: __, notes: ___, scenarios: ____, ...members } = flow;
  return Object.entries(members as JsonObject).filter(
    (entry): entry is [string, Json] => entry[1] !== undefined && entry[1] !== '',
  );
}
