import type { Flow, FlowNode } from './flow';
import type { Json, JsonObject } from './json';
import { apply, type Operation } from './operations';

/*
 * For property tests: flows as people leave them after many edits, the same
 * ones for the same seed.
 */

/** Numbers from 0 up to 1, by mulberry32 (public domain, Tommy Ettinger). */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** The flow after so many edits of all kinds; those that do not fit it are left out. */
export function edited(flow: Flow, random: () => number, edits: number): Flow {
  let current = flow;
  for (let n = 0; n < edits; n++) {
    try {
      current = apply(current, edit(current, random, n)).flow;
    } catch {
      // An edit that does not fit, such as a second line from one port.
    }
  }
  return current;
}

function edit(flow: Flow, random: () => number, n: number): Operation {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const node = (): FlowNode => pick(flow.nodes.length > 0 ? flow.nodes : [{ id: 'nobody', type: 'send' }]);
  const word = () => pick(['', 'a', 'Hello there', '{{code}}', '你好', 'constructor', '__proto__']);
  const value = (): Json =>
    pick<Json>([word(), 3, true, null, [word()], { [word() || 'x']: word() }, [{ port: word() }]]);
  const place = () => ({ x: Math.floor(random() * 9), y: 0 });
  const kinds: (() => Operation)[] = [
    () => ({
      type: 'add_node',
      node: { id: `n${Math.floor(random() * 9)}`, type: pick(['send', 'branch']), config: { to: word() } },
    }),
    () => ({ type: 'add_node', node: { id: `bare${n}`, type: 'jump', position: place() } }),
    () => {
      const { id } = node();
      const lines = flow.edges.filter((edge) => edge.from === id || edge.to === id);
      return {
        type: 'batch',
        operations: [
          ...lines.map(({ from, port }): Operation => ({ type: 'disconnect', from, port })),
          { type: 'remove_node', id },
        ],
      };
    },
    () => {
      // The same id, another type: as an import over a draft makes it.
      const { id } = node();
      const lines = flow.edges.filter((edge) => edge.from === id || edge.to === id);
      return {
        type: 'batch',
        operations: [
          ...lines.map(({ from, port }): Operation => ({ type: 'disconnect', from, port })),
          { type: 'remove_node', id },
          { type: 'add_node', node: { id, type: pick(['send', 'jump']), extra: value() } as FlowNode },
          ...lines.map((edge): Operation => ({ type: 'connect', edge })),
        ],
      };
    },
    () => ({ type: 'rename_node', id: node().id, name: pick([undefined, word()]) }),
    () => ({
      type: 'set_config',
      id: node().id,
      path: [pick(['to', 'message', 'branches'])],
      value: pick([undefined, value()]),
    }),
    () => ({ type: 'set_config', id: node().id, path: ['message', 'text'], value: word() }),
    () => ({ type: 'move', positions: { [node().id]: pick([undefined, place()]) } }),
    () => ({ type: 'connect', edge: { from: node().id, port: pick(['next', 'else']), to: node().id } }),
    () => {
      const { from, port } = pick(flow.edges);
      return { type: 'disconnect', from, port };
    },
    () => ({ type: 'set_flow', field: pick(['name', 'description'] as const), value: word() }),
    () => ({ type: 'set_member', member: 'x-other', value: pick([undefined, value()]) }),
    () => ({ type: 'set_member', member: 'scenarios', value: scenarios(random) }),
    () => ({ type: 'add_note', note: { id: `note${Math.floor(random() * 1e9)}`, text: word(), width: 100 } }),
    () => ({ type: 'remove_note', id: pick(flow.notes ?? []).id }),
    () => ({
      type: 'change_note',
      id: pick(flow.notes ?? []).id,
      change: { text: word(), width: pick([undefined, 200]) },
    }),
  ];
  return pick(kinds)();
}

function scenarios(random: () => number): Json[] {
  return Array.from(
    { length: Math.floor(random() * 4) },
    (): JsonObject => ({
      name: random() < 0.5 ? 'same' : 'other',
      inputs: { code: Math.floor(random() * 3) },
    }),
  );
}
