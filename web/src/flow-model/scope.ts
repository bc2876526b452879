import { type Flow, type FlowNode, nodeOf, titleOf } from './flow';
import { isObject, type Json, type Path } from './json';
import { configSchema, type FieldSchema, type NodeType, type NodeTypes } from './node-type';
import { successors } from './ports';

/** Something an expression can read at a node. */
export interface ScopeEntry {
  /** What is written between {{ and }}. */
  expression: string;
  /** What the list shows. */
  name: string;
  /** Such as "phone" or "string"; "any" when unknown. */
  type: string;
  /** Where it comes from: the title of the node that sets it, or a fixed word. */
  source: string;
  group: 'inputs' | 'variables' | 'steps' | 'run';
  /** False when it is set on some ways to the node only; there it is empty on the others. */
  definite: boolean;
  secret: boolean;
  help: string;
  /** What it may look like, as its declaration says; empty when it says nothing. */
  example: string;
  /** The id of the node that sets it; undefined for what every run has. */
  node: string | undefined;
}

interface Assignment {
  name: string;
  type: string;
  secret: boolean;
  help: string;
  example: string;
  node: FlowNode;
  entry: boolean;
  path: Path;
}

/**
 * Everything that expressions of the node can read: inputs and variables set on
 * the ways to it, outputs of the nodes before it, and what every run has. The
 * same rule as the engine's: all ways from the start, jumps included. `at` is
 * the field's path in the config: items of a list also read what the ones before
 * them set.
 */
export function scopeAt(flow: Flow, types: NodeTypes, id: string, at: Path = []): ScopeEntry[] {
  const node = nodeOf(flow, id);
  if (!node) return [];
  const sets = new Map(flow.nodes.map((other) => [other.id, assignments(other, types.get(other.type))]));
  const { before, names } = waysTo(flow, types, id, sets);

  // What the items before, in the list that the field is in, have set by then.
  const ownBefore = types.get(node.type)?.entry
    ? []
    : (sets.get(id) ?? []).filter((set) => isItemBefore(set.path, at));
  const entries: ScopeEntry[] = [];
  for (const name of names.possible) {
    const source = [...before].flatMap((other) => sets.get(other) ?? []).find((set) => set.name === name);
    if (!source) continue;
    entries.push({
      expression: name,
      name,
      type: source.type,
      source: titleOf(source.node),
      group: source.entry ? 'inputs' : 'variables',
      definite: names.definite.has(name),
      secret: source.secret,
      help: source.help,
      example: source.example,
      node: source.node.id,
    });
  }
  for (const set of ownBefore.filter((own) => !entries.some((entry) => entry.name === own.name))) {
    entries.push({
      expression: set.name,
      name: set.name,
      type: set.type,
      source: titleOf(node),
      group: 'variables',
      definite: true,
      secret: set.secret,
      help: set.help,
      example: set.example,
      node: id,
    });
  }
  for (const other of flow.nodes) {
    if (!before.has(other.id) || other.id === id) continue;
    for (const output of types.get(other.type)?.outputs ?? []) {
      entries.push({
        expression: `${stepReference(other.id)}.${output.name}`,
        name: output.name,
        type: output.type,
        source: titleOf(other),
        group: 'steps',
        definite: names.visited.has(other.id),
        secret: false,
        help: output.help,
        example: output.example ?? '',
        node: other.id,
      });
    }
  }
  const rank = { inputs: 0, variables: 1, steps: 2, run: 3 };
  entries.sort((a, b) => rank[a.group] - rank[b.group]);
  return [...entries, ...everywhere];
}

const everywhere: ScopeEntry[] = [
  entry(
    'contact',
    'object',
    'Attributes of the recipient that the run was started with: contact.name, for instance.',
  ),
  entry('trigger', 'object', 'What started the run.'),
  entry('run.id', 'string', 'The id of this run.'),
  entry('run.started_at', 'datetime', 'When this run began.'),
  entry('now()', 'datetime', 'The present moment.'),
];

function entry(expression: string, type: string, help: string): ScopeEntry {
  return {
    expression,
    name: expression,
    type,
    source: 'Every run',
    group: 'run',
    definite: true,
    secret: false,
    help,
    example: '',
    node: undefined,
  };
}

/** How expressions name a node's outputs; ids that are no identifiers go in brackets. */
export function stepReference(id: string): string {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(id) ? `steps.${id}` : `steps[${JSON.stringify(id)}]`;
}

/** Whether a path leads into an earlier item of a list that the other path leads into. */
function isItemBefore(path: Path, at: Path): boolean {
  for (const [index, key] of path.entries()) {
    const other = at[index];
    if (key === other) continue;
    return typeof key === 'number' && typeof other === 'number' && key < other;
  }
  return false;
}

/** The variables that a node sets, from its spec's `sets` paths. */
function assignments(node: FlowNode, type: NodeType | undefined): Assignment[] {
  if (!type) return [];
  return (type.sets ?? []).flatMap((set) => {
    const path = set.path.split('.');
    const field = path.pop() as string;
    return owners(node.config, path, configSchema(type), []).flatMap(({ value, schema, path: owner }) => {
      const name = value[field];
      if (typeof name !== 'string' || name === '') return [];
      const own = set.type_from
        ? (value[set.type_from] ?? schema?.properties?.[set.type_from]?.default)
        : set.type;
      return [
        {
          name,
          type: typeof own === 'string' ? own : 'any',
          secret: value.secret === true,
          help: typeof value.help === 'string' ? value.help : '',
          example: typeof value.example === 'string' ? value.example : '',
          node,
          entry: type.entry ?? false,
          path: [...owner, field],
        },
      ];
    });
  });
}

interface Owner {
  value: { [key: string]: Json | undefined };
  schema: FieldSchema | undefined;
  path: Path;
}

/** The objects at a path with * for every item. */
function owners(
  value: Json | undefined,
  rest: string[],
  schema: FieldSchema | undefined,
  path: Path,
): Owner[] {
  const [key, ...below] = rest;
  if (key === undefined) return isObject(value) ? [{ value, schema, path }] : [];
  if (key === '*') {
    if (!Array.isArray(value)) return [];
    return value.flatMap((item, index) => owners(item, below, schema?.items, [...path, index]));
  }
  return isObject(value) ? owners(value[key], below, schema?.properties?.[key], [...path, key]) : [];
}

/**
 * Follows all ways from the entry. `before` are the nodes that a run may have
 * visited before it comes to the node; `names` what it may (possible) and must
 * (definite) have set by then, and which nodes it must have visited.
 */
function waysTo(flow: Flow, types: NodeTypes, id: string, sets: Map<string, Assignment[]>) {
  const next = successors(flow, types);
  const before = ancestors(next, id);
  const possible = new Set<string>();
  for (const other of before) for (const set of sets.get(other) ?? []) possible.add(set.name);

  const entry = flow.nodes.find((node) => types.get(node.type)?.entry);
  const facts = new Map<string, { names: Set<string>; visited: Set<string> }>();
  if (entry) {
    facts.set(entry.id, { names: new Set(), visited: new Set() });
    const work = [entry.id];
    while (work.length > 0) {
      const from = work.pop() as string;
      const at = facts.get(from);
      if (!at) continue;
      const names = new Set([...at.names, ...(sets.get(from) ?? []).map((set) => set.name)]);
      const visited = new Set(at.visited).add(from);
      for (const to of next.get(from) ?? []) {
        const known = facts.get(to);
        const merged = known
          ? { names: common(known.names, names), visited: common(known.visited, visited) }
          : { names, visited };
        if (known && merged.names.size === known.names.size && merged.visited.size === known.visited.size)
          continue;
        facts.set(to, merged);
        work.push(to);
      }
    }
  }
  const here = facts.get(id);
  return {
    before,
    names: {
      possible,
      definite: here?.names ?? new Set<string>(),
      visited: here?.visited ?? new Set<string>(),
    },
  };
}

function common(a: Set<string>, b: Set<string>): Set<string> {
  return new Set([...a].filter((item) => b.has(item)));
}

/** The nodes from which a run can come to the node. */
function ancestors(next: Map<string, string[]>, id: string): Set<string> {
  const previous = new Map<string, string[]>();
  for (const [from, targets] of next)
    for (const to of targets) previous.set(to, [...(previous.get(to) ?? []), from]);
  const seen = new Set<string>();
  const work = [id];
  while (work.length > 0) {
    for (const from of previous.get(work.pop() as string) ?? []) {
      if (!seen.has(from)) {
        seen.add(from);
        work.push(from);
      }
    }
  }
  return seen;
}
