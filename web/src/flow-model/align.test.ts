import { describe, expect, it } from 'vitest';
import { align, type Box } from './align';

const box = (x: number, y: number, width = 240, height = 100): Box => ({ x, y, width, height });

describe('align', () => {
  it.each([
    ['left with left', box(103, 500), { x: -3, y: 0 }, 100],
    ['centre with centre', box(123, 500, 200), { x: -3, y: 0 }, 220],
    ['right with right', box(144, 500, 200), { x: -4, y: 0 }, 340],
    ['left with right', box(343, 500), { x: -3, y: 0 }, 340],
  ])('brings %s', (_, moved, shift, at) => {
    const { shift: found, guides } = align(moved, [box(100, 100)], 6);
    expect(found).toEqual(shift);
    expect(guides).toEqual([{ axis: 'x', at, from: 100, to: 600 }]);
  });

  it.each([
    ['top with top', box(700, 104), -4, 100],
    ['middle with middle', box(700, 122, 240, 60), -2, 150],
    ['bottom with bottom', box(700, 137, 240, 60), 3, 200],
  ])('brings %s', (_, moved, y, at) => {
    const { shift, guides } = align(moved, [box(100, 100)], 6);
    expect(shift).toEqual({ x: 0, y });
    expect(guides).toEqual([{ axis: 'y', at, from: 100, to: 940 }]);
  });

  it('aligns on both axes at once, with the nearest neighbour on each', () => {
    const { shift, guides } = align(box(105, 302), [box(100, 0), box(104, 900), box(600, 300)], 6);
    expect(shift).toEqual({ x: -1, y: -2 });
    expect(guides).toEqual([
      { axis: 'x', at: 104, from: 300, to: 1000 },
      { axis: 'y', at: 300, from: 104, to: 840 },
    ]);
  });

  it('draws the line through all that stand on it', () => {
    const { guides } = align(box(100, 500), [box(100, 0), box(100, 200)], 6);
    expect(guides[0]).toEqual({ axis: 'x', at: 100, from: 0, to: 600 });
  });

  it('snaps to the grid where no neighbour is near', () => {
    expect(align(box(1009, 1011), [box(100, 100)], 6)).toEqual({ shift: { x: -9, y: 9 }, guides: [] });
  });

  it('does not bring an edge to a middle', () => {
    const { guides } = align(box(220, 500), [box(100, 100)], 6);
    expect(guides).toEqual([]);
  });
});
