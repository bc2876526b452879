import { getViewportForBounds, useStoreApi, type Viewport } from '@xyflow/react';
import { type RefObject, useLayoutEffect, useState } from 'react';
import type { CanvasNode } from './elements';

/** How far out and in the view goes. */
export const zoomRange = { minZoom: 0.15, maxZoom: 2 };

/** Leaves room around the flow and never blows a small one up. */
export const fitOptions = { padding: 0.16, maxZoom: 1 };

/** The view that has all of these elements in sight, on a canvas of that size in screen pixels. */
export function viewOf(nodes: readonly CanvasNode[], canvas: { width: number; height: number }): Viewport {
  if (nodes.length === 0) return { x: 0, y: 0, zoom: 1 };
  const left = Math.min(...nodes.map((node) => node.position.x));
  const top = Math.min(...nodes.map((node) => node.position.y));
  const right = Math.max(...nodes.map((node) => node.position.x + (node.measured?.width ?? 0)));
  const bottom = Math.max(...nodes.map((node) => node.position.y + (node.measured?.height ?? 0)));
  return getViewportForBounds(
    { x: left, y: top, width: right - left, height: bottom - top },
    canvas.width,
    canvas.height,
    zoomRange.minZoom,
    fitOptions.maxZoom,
    fitOptions.padding,
  );
}

/**
 * The first view of a canvas, once the size of the surface around it is known
 * and before anything is painted: the flow appears where it stays, and only what
 * is in sight is ever made.
 *
 * From here on React Flow measures no card. Their sizes and handles are given
 * with them; asking the page for each handle of hundreds of cards takes seconds,
 * and cards seen from afar have none to ask for.
 */
export function useFirstView(
  surface: RefObject<HTMLElement | null>,
  of: (canvas: { width: number; height: number }) => Viewport,
): Viewport | undefined {
  const store = useStoreApi();
  const [view, setView] = useState<Viewport>();
  useLayoutEffect(() => {
    if (view || !surface.current) return;
    const { clientWidth: width, clientHeight: height } = surface.current;
    const first = of({ width, height });
    store.setState({
      updateNodeInternals: () => undefined,
      transform: [first.x, first.y, first.zoom],
      width,
      height,
    });
    setView(first);
  }, [view, surface, of, store]);
  return view;
}
