import { describe, expect, it } from 'vitest';
import { byType, type Flow, type NodeType } from '@/flow-model';
import { type Outline, outlineOf, parentOf, type Row, seenRows } from './rows';

const types = byType([
  { type: 'start', entry: true, ports: [{ name: 'next', title: 'Next' }] },
  {
    type: 'send',
    ports: [
      { name: 'failed', title: 'Failed' },
      { name: 'next', title: 'Next' },
    ],
  },
  { type: 'jump', target: 'target', ports: [{ name: 'exceeded', title: 'Limit' }] },
  { type: 'end', ports: [] },
] as unknown as NodeType[]);

function flow(nodes: string, ...edges: string[]): Flow {
  return {
    schema: 'sluice/v1',
    name: 'x',
    nodes: nodes.split(' ').map((text) => {
      const [id = '', type = '', target] = text.split(':');
      return { id, type, ...(target ? { config: { target } } : {}) };
    }),
    edges: edges.map((text) => {
      const [from = '', port = '', to = ''] = text.split(' ');
      return { from, port, to };
    }),
  };
}

const words = (rows: readonly Row[]) =>
  rows.map((row) => {
    const indent = '. '.repeat(row.level - 1);
    if (row.kind === 'node') return `${indent}${row.node.id}`;
    const arrow = row.to ? (row.here ? ` > ${row.to.id}` : ` link ${row.to.id}`) : ' end';
    return `${indent}(${row.port.name})${arrow}`;
  });
const both = ({ rows, apart }: Outline) => [...words(rows), '--', ...words(apart)];

describe('the outline of a flow', () => {
  it('goes straight on while there is one way, and indents branches', () => {
    const drawn = flow(
      'start:start a:send b:send c:end d:end',
      'start next a',
      'a failed b',
      'a next c',
      'b next d',
    );
    expect(both(outlineOf(drawn, types))).toEqual([
      'start',
      '. (next) > a',
      'a',
      '. (failed) > b',
      '. . b',
      '. . . (failed) end',
      '. . . (next) > d',
      '. . d',
      '. (next) > c',
      '. . c',
      '--',
    ]);
  });

  it('lists a node once, where one comes to it first, and links to it from elsewhere', () => {
    const drawn = flow('start:start a:send b:end', 'start next a', 'a failed b', 'a next b');
    expect(both(outlineOf(drawn, types))).toEqual([
      'start',
      '. (next) > a',
      'a',
      '. (failed) > b',
      '. (next) link b',
      'b',
      '--',
    ]);
  });

  it('puts the node where ways meet where the first of them forks', () => {
    const drawn = flow(
      'start:start a:send b:send c:end',
      'start next a',
      'a failed b',
      'a next c',
      'b next c',
    );
    expect(both(outlineOf(drawn, types))).toEqual([
      'start',
      '. (next) > a',
      'a',
      '. (failed) > b',
      '. . b',
      '. . . (failed) end',
      '. . . (next) link c',
      '. (next) > c',
      '. . c',
      '--',
    ]);
  });

  it('shows a jump as a link back, and what comes after it', () => {
    const drawn = flow(
      'start:start a:send again:jump:a b:end',
      'start next a',
      'a failed again',
      'again exceeded b',
    );
    expect(both(outlineOf(drawn, types))).toEqual([
      'start',
      '. (next) > a',
      'a',
      '. (failed) > again',
      '. (next) end',
      'again',
      '. (→) link a',
      '. (exceeded) > b',
      'b',
      '--',
    ]);
  });

  it('lists apart what no run comes to, also in a circle and without a start', () => {
    expect(both(outlineOf(flow('start:start a:send b:send', 'a next b'), types))).toEqual([
      'start',
      '. (next) end',
      '--',
      'a',
      '. (failed) end',
      '. (next) > b',
      'b',
      '. (failed) end',
      '. (next) end',
    ]);
    expect(both(outlineOf(flow('a:send b:send', 'a next b', 'b next a'), types))).toEqual([
      '--',
      'a',
      '. (failed) end',
      '. (next) > b',
      'b',
      '. (failed) end',
      '. (next) link a',
    ]);
  });

  it('lists a chain of two thousand nodes', () => {
    const ids = Array.from({ length: 2000 }, (_, index) => `n${index}:send`);
    const edges = ids.slice(1).map((_, index) => `n${index} next n${index + 1}`);
    const drawn = flow(['start:start', ...ids].join(' '), 'start next n0', ...edges);
    expect(outlineOf(drawn, types).rows).toHaveLength(2 + 2000 * 3);
  });

  it('lists every node exactly once, whatever the flow is like', () => {
    let seed = 7;
    const random = (below: number) => {
      seed = (seed * 1103515245 + 12345) % 2147483648;
      return seed % below;
    };
    for (let round = 0; round < 200; round++) {
      const count = 2 + random(12);
      const ids = Array.from({ length: count }, (_, index) => `n${index}`);
      const edges = ids.flatMap((id) =>
        ['failed', 'next'].flatMap((port) => (random(3) > 0 ? [`${id} ${port} n${random(count)}`] : [])),
      );
      const drawn = flow(
        ['start:start', ...ids.map((id) => `${id}:send`)].join(' '),
        'start next n0',
        ...edges,
      );
      const { rows, apart } = outlineOf(drawn, types);
      const listed = [...rows, ...apart].filter((row) => row.kind === 'node').map((row) => row.node.id);
      expect(listed.toSorted()).toEqual(['start', ...ids].toSorted());
      const ports = [...rows, ...apart].filter((row) => row.kind === 'port');
      expect(ports).toHaveLength(1 + 2 * count);
      const places = ports.filter((row) => row.here).map((row) => row.to?.id);
      expect(new Set(places).size).toBe(places.length);
    }
  });
});

describe('the rows that are seen', () => {
  const { rows } = outlineOf(
    flow('start:start a:send b:send c:end', 'start next a', 'a failed b', 'a next c'),
    types,
  );
  it('tell their place among their siblings', () => {
    expect(seenRows(rows, new Set()).map((row) => `${row.position}/${row.siblings}`)).toEqual([
      '1/2', // start
      '1/1', // its next
      '2/2', // a
      '1/2', // failed
      '1/1', // b
      '1/2', // its ports
      '2/2',
      '2/2', // next
      '1/1', // c
    ]);
  });
  it('are fewer when a node is folded up, and know their parents', () => {
    const folded = seenRows(rows, new Set(['node:a']));
    expect(words(folded)).toEqual(['start', '. (next) > a', 'a']);
    expect(parentOf(folded, 1)).toBe(0);
    expect(parentOf(folded, 2)).toBeUndefined();
  });
});
