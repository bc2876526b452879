import type { Position } from './flow';
import type { Size } from './geometry';

/*
 * Where a card that is dragged comes to rest: on a line with an edge or the
 * middle of a neighbour when one is near, else on the grid.
 */

/** The distance of the canvas's dots, in canvas pixels. */
export const grid = 20;

export type Box = Position & Size;

/** A line that shows what a card is aligned with, from end to end of the cards on it, in canvas pixels. */
export interface Guide {
  axis: 'x' | 'y';
  /** Where the line is: its x when it stands upright, else its y. */
  at: number;
  from: number;
  to: number;
}

export interface Alignment {
  /** How far the box has to go from where it is. */
  shift: Position;
  guides: Guide[];
}

interface Fit {
  distance: number;
  shift: number;
  at: number;
}

/**
 * Aligns a box with its neighbours' left, centre, right, top, middle and bottom
 * that are nearer than `within` canvas pixels; the nearest wins, on each axis by
 * itself. An axis without a neighbour snaps to the grid, and draws no line.
 */
export function align(box: Box, others: readonly Box[], within: number): Alignment {
  const x = nearest(edges(box.x, box.width), others, (other) => edges(other.x, other.width), within);
  const y = nearest(edges(box.y, box.height), others, (other) => edges(other.y, other.height), within);
  const shift = {
    x: x ? x.shift : toGrid(box.x) - box.x,
    y: y ? y.shift : toGrid(box.y) - box.y,
  };
  const moved = { ...box, x: box.x + shift.x, y: box.y + shift.y };
  return {
    shift,
    guides: [
      ...(x ? [guide('x', x.at, moved, others)] : []),
      ...(y ? [guide('y', y.at, moved, others)] : []),
    ],
  };
}

/** Begin, middle and end of a side. */
function edges(begin: number, length: number): [number, number, number] {
  return [begin, begin + length / 2, begin + length];
}

function nearest(
  own: readonly number[],
  others: readonly Box[],
  of: (other: Box) => readonly number[],
  within: number,
): Fit | undefined {
  let best: Fit | undefined;
  for (const other of others) {
    const theirs = of(other);
    for (const [index, edge] of own.entries()) {
      for (const [place, at] of theirs.entries()) {
        // Middles with middles, sides with sides: an edge on a middle means nothing to the eye.
        if ((index === 1) !== (place === 1)) continue;
        const distance = Math.abs(at - edge);
        if (distance <= within && (!best || distance < best.distance))
          best = { distance, shift: at - edge, at };
      }
    }
  }
  return best;
}

function guide(axis: 'x' | 'y', at: number, box: Box, others: readonly Box[]): Guide {
  const onLine = others.filter((other) =>
    edges(other[axis], axis === 'x' ? other.width : other.height).some((edge) => Math.abs(edge - at) < 0.5),
  );
  const spans = [box, ...onLine].map((one) =>
    axis === 'x' ? [one.y, one.y + one.height] : [one.x, one.x + one.width],
  );
  return {
    axis,
    at,
    from: Math.min(...spans.map(([begin]) => begin as number)),
    to: Math.max(...spans.map(([, end]) => end as number)),
  };
}

export function toGrid(value: number): number {
  return Math.round(value / grid) * grid;
}
