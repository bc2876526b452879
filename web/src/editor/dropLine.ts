import { lineEnd } from '@/canvas/elements';

/** The attribute of the line that what is dragged would be put into; canvas.css draws it. */
const mark = 'data-drop';

/** The exit whose line is at that point of the screen, if there is one. */
export function lineAt(x: number, y: number): { from: string; port: string } | undefined {
  return lineEnd(lineElementAt(x, y)?.getAttribute('data-id') ?? '');
}

/** Shows which line would take what is dragged; without a point, none. */
export function markLineAt(canvas: Element, point?: { x: number; y: number }): void {
  const line = point && lineElementAt(point.x, point.y);
  for (const other of canvas.querySelectorAll(`[${mark}]`)) if (other !== line) other.removeAttribute(mark);
  line?.setAttribute(mark, '');
}

function lineElementAt(x: number, y: number): Element | undefined {
  const line = document.elementFromPoint(x, y)?.closest('.react-flow__edge');
  return line && lineEnd(line.getAttribute('data-id') ?? '') ? line : undefined;
}
