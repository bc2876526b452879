import { cardSize } from '@/flow-model';
import type { Sketch } from './types';

/** Sizes in canvas pixels: a card is 240 wide, and a picture is about 16:9. */
const card = cardSize(1, 1);
const margin = 60;
const ratio = 16 / 9;
/** Of longer flows the picture shows the beginning: smaller cards could not be told apart. */
const widest = 2160;

export interface Drawing {
  /** The part of the canvas that the picture shows: x, y, width, height. */
  viewBox: string;
  cards: { id: string; type: string; x: number; y: number; width: number; height: number }[];
  /** Whether the flow goes on at the right of the picture. */
  cut: boolean;
  /** SVG paths from the right edge of a card to the left edge of the next. */
  lines: string[];
}

/** A small picture of a flow: its cards as boxes where they stand, its lines as curves. */
export function drawingOf({ nodes, edges }: Sketch): Drawing {
  const cards = nodes.map(({ id, type, x, y }) => ({ id, type, x, y, ...card }));
  const places = new Map(cards.map((box) => [box.id, box]));
  const lines = edges.flatMap(({ from, to }) => {
    const a = places.get(from);
    const b = places.get(to);
    if (!a || !b) return [];
    const start = { x: a.x + a.width, y: a.y + a.height / 2 };
    const end = { x: b.x, y: b.y + b.height / 2 };
    const bend = Math.max(40, (end.x - start.x) / 2);
    return [`M${start.x} ${start.y}C${start.x + bend} ${start.y} ${end.x - bend} ${end.y} ${end.x} ${end.y}`];
  });
  return { ...frameOf(cards), cards, lines };
}

function frameOf(cards: Drawing['cards']): Pick<Drawing, 'viewBox' | 'cut'> {
  if (cards.length === 0) return { viewBox: `0 0 ${ratio * 100} 100`, cut: false };
  const left = Math.min(...cards.map((box) => box.x)) - margin;
  const top = Math.min(...cards.map((box) => box.y)) - margin;
  const whole = Math.max(...cards.map((box) => box.x + box.width)) + margin - left;
  const width = Math.min(whole, widest);
  const height = Math.max(...cards.map((box) => box.y + box.height)) + margin - top;
  // The shorter side grows on both ends, so that all pictures have one shape.
  const wide = Math.max(width, height * ratio);
  const high = Math.max(height, width / ratio);
  const cut = whole > wide;
  const viewBox = [cut ? left : left - (wide - width) / 2, top - (high - height) / 2, wide, high]
    .map(Math.round)
    .join(' ');
  return { viewBox, cut };
}
