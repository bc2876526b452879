/** A box on the screen, in CSS pixels. */
export interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

const gap = 14;
const edge = 12;

/**
 * Where a card of that size stands beside an element without covering it: at
 * its right, below, at its left or above, whichever has room first; else in
 * the corner that is farthest from it.
 */
export function beside(
  anchor: Box,
  card: { width: number; height: number },
  screen: { width: number; height: number },
): { left: number; top: number } {
  const right = anchor.left + anchor.width;
  const bottom = anchor.top + anchor.height;
  const across = clamp(anchor.left, edge, screen.width - card.width - edge);
  const along = clamp(anchor.top, edge, screen.height - card.height - edge);
  if (right + gap + card.width + edge <= screen.width)
    return { left: Math.max(edge, right + gap), top: along };
  if (bottom + gap + card.height + edge <= screen.height)
    return { left: across, top: Math.max(edge, bottom + gap) };
  const before = anchor.left - gap - card.width;
  if (before >= edge) return { left: Math.min(before, screen.width - card.width - edge), top: along };
  const above = anchor.top - gap - card.height;
  if (above >= edge) return { left: across, top: Math.min(above, screen.height - card.height - edge) };
  return {
    left: anchor.left + anchor.width / 2 > screen.width / 2 ? edge : screen.width - card.width - edge,
    top: anchor.top + anchor.height / 2 > screen.height / 2 ? edge : screen.height - card.height - edge,
  };
}

function clamp(value: number, least: number, most: number): number {
  return Math.max(least, Math.min(value, most));
}
