import { lineKey, membersOf, namedScenarios } from './diff';
import type { Flow, FlowEdge, FlowNode, FlowNote, Position } from './flow';
import { canonical, type Json } from './json';

/*
 * Merging takes a flow apart into the pieces that people change independently:
 * each node without its place, each place, line, note, scenario, and what the
 * flow has besides.
 */

export type Side = 'mine' | 'theirs';

/** A piece that both sides changed, each in another way. */
export interface Clash {
  /** Names the piece, for choices. */
  key: string;
  about: 'node' | 'place' | 'line' | 'note' | 'scenario' | 'member';
  /** The id of the node or note, the scenario's name, the member, or the line's lineKey. */
  id: string;
  /** Undefined: that side has no such piece. */
  mine: Json | undefined;
  theirs: Json | undefined;
}

export interface Merge {
  /** The merged flow, with mine where it clashes and nothing else was chosen. */
  flow: Flow;
  clashes: Clash[];
  /** How many pieces were taken from theirs. */
  taken: number;
}

/**
 * Brings two drafts together that began as `base`: what only one side changed is
 * taken from that side. Without a base everything that differs clashes, but for
 * what only one side has, which is kept.
 */
export function mergeFlows(
  base: Flow | undefined,
  mine: Flow,
  theirs: Flow,
  choices: ReadonlyMap<string, Side> = new Map(),
): Merge {
  const [own, other, root] = [piecesOf(mine), piecesOf(theirs), base && piecesOf(base)];
  const merged = new Map<string, Json>();
  const clashes: Clash[] = [];
  let taken = 0;
  for (const key of new Set([...own.keys(), ...other.keys()])) {
    const [m, t, b] = [own.get(key), other.get(key), root?.get(key)];
    let value = m;
    if (canonical(m) !== canonical(t)) {
      const onlyTheirs = root ? canonical(m) === canonical(b) : m === undefined;
      const onlyMine = root ? canonical(t) === canonical(b) : t === undefined;
      if (!onlyTheirs && !onlyMine) clashes.push(clashOf(key, m, t));
      const side = choices.get(key) ?? (onlyTheirs ? 'theirs' : 'mine');
      if (side === 'theirs') {
        value = t;
        taken++;
      }
    }
    if (value !== undefined) merged.set(key, value);
  }
  return { flow: flowOf(merged, mine), clashes, taken };
}

function clashOf(key: string, mine: Json | undefined, theirs: Json | undefined): Clash {
  const cut = key.indexOf(' ');
  return { key, about: key.slice(0, cut) as Clash['about'], id: key.slice(cut + 1), mine, theirs };
}

/** The flow's pieces by "<about> <id>". */
function piecesOf(flow: Flow): Map<string, Json> {
  const pieces = new Map<string, Json>();
  const set = (about: Clash['about'], id: string, value: unknown) =>
    pieces.set(`${about} ${id}`, value as Json);
  for (const { position, ...node } of flow.nodes) {
    set('node', node.id, node);
    if (position) set('place', node.id, position);
  }
  for (const edge of flow.edges) set('line', lineKey(edge), edge);
  for (const note of flow.notes ?? []) set('note', note.id, note);
  for (const [name, scenario] of namedScenarios(flow)) set('scenario', name, scenario);
  for (const [member, value] of membersOf(flow)) set('member', member, value);
  return pieces;
}

/** Puts pieces together. Lines that have lost an end which `mine` had go with it. */
function flowOf(pieces: ReadonlyMap<string, Json>, mine: Flow): Flow {
  const nodes: FlowNode[] = [];
  const edges: FlowEdge[] = [];
  const notes: FlowNote[] = [];
  const scenarios: Json[] = [];
  const members: { [name: string]: Json } = {};
  for (const [key, value] of pieces) {
    const { about, id } = clashOf(key, value, undefined);
    if (about === 'node') {
      const position = pieces.get(`place ${id}`) as Position | undefined;
      nodes.push({ ...(value as unknown as FlowNode), ...(position ? { position } : {}) });
    } else if (about === 'line') edges.push(value as unknown as FlowEdge);
    else if (about === 'note') notes.push(value as unknown as FlowNote);
    else if (about === 'scenario') scenarios.push(value);
    else if (about === 'member') members[id] = value;
  }
  const ids = new Set(nodes.map((node) => node.id));
  return {
    schema: mine.schema,
    name: '',
    ...members,
    nodes,
    edges: edges.filter((edge) => ids.has(edge.from) && ids.has(edge.to)),
    ...(notes.length > 0 || mine.notes ? { notes } : {}),
    ...(scenarios.length > 0 || mine.scenarios ? { scenarios } : {}),
  };
}
