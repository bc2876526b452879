import type { Flow, FlowNode, Position } from './flow';
import type { NodeType } from './node-type';
import { portsOf } from './ports';
import { summaryLine } from './summary';

/*
 * How large cards are and where their handles sit, in canvas pixels, without
 * asking the page: lines, layout, alignment and what is in sight all follow from
 * it. NodeCard.module.css draws cards with these very numbers (web/e2e/build.test.mjs
 * compares them).
 */

export const cardWidth = 240;
const border = 1;
const head = 44;
const line = 18;
const underLines = 8;
const abovePorts = 4;
const underPorts = 3;
const portRow = 26;
/** The middle of the head, where a line comes in. */
const inlet = 25;

export interface Size {
  width: number;
  height: number;
}

/** The size of a card with so many lines of text (summary, detail; at least one) and ports. */
export function cardSize(lines: number, ports: number): Size {
  const text = Math.max(1, lines) * line + underLines;
  const rows = ports > 0 ? abovePorts + ports * portRow + underPorts : 0;
  return { width: cardWidth, height: border + head + text + rows + border };
}

/** The size of a node's card. */
export function sizeOf(flow: Flow, node: FlowNode, type: NodeType | undefined): Size {
  if (!type) return cardSize(1, 0);
  const lines = [type.summary, type.detail].filter((text) => summaryLine(text, node, type, flow) !== '');
  return cardSize(lines.length, portsOf(node, type).length);
}

/** Where the line comes in, from the card's top left corner. */
export function inletAt(): Position {
  return { x: border, y: inlet };
}

/** Where a jump's link to its target begins. */
export function jumpOutletAt(): Position {
  return { x: cardWidth - border, y: inlet };
}

/** Where the line of the port in that row goes out. */
export function outletAt(lines: number, row: number): Position {
  const text = Math.max(1, lines) * line + underLines;
  return { x: cardWidth - border, y: border + head + text + abovePorts + row * portRow + portRow / 2 };
}
