import { type NodeChange, useStoreApi } from '@xyflow/react';
import { type PointerEvent, useCallback, useRef, useState } from 'react';
import type { CanvasNode } from '@/canvas/elements';
import { align, type Box, type Guide } from '@/flow-model';

/** How near a neighbour's edge pulls, in screen pixels. */
const pullWithin = 6;
const noGuides: readonly Guide[] = [];

/**
 * Brings cards that are dragged into line with their neighbours in sight, or
 * onto the grid. Gives the lines to draw meanwhile; Alt lets cards move freely.
 */
export function useAlignment() {
  const canvas = useStoreApi();
  const free = useRef(false);
  const [guides, setGuides] = useState(noGuides);

  const aligned = useCallback(
    (changes: NodeChange<CanvasNode>[], shown: readonly CanvasNode[]): NodeChange<CanvasNode>[] => {
      const places = new Map(
        changes.flatMap((change) =>
          change.type === 'position' && change.position ? [[change.id, change.position] as const] : [],
        ),
      );
      if (places.size === 0 || free.current) {
        setGuides(noGuides);
        return changes;
      }
      const moving = shown.flatMap((node) => {
        const place = places.get(node.id);
        return place ? [{ ...boxOf(node), ...place }] : [];
      });
      const { transform, width, height } = canvas.getState();
      const [x, y, zoom] = transform;
      const sight = { x: -x / zoom, y: -y / zoom, width: width / zoom, height: height / zoom };
      const others = shown
        .filter((node) => !places.has(node.id))
        .map(boxOf)
        .filter((box) => meet(box, sight));
      const { shift, guides: lines } = align(around(moving), others, pullWithin / zoom);
      const dragging = changes.some((change) => change.type === 'position' && change.dragging);
      setGuides(dragging && lines.length > 0 ? lines : noGuides);
      return changes.map((change) =>
        change.type === 'position' && change.position
          ? { ...change, position: { x: change.position.x + shift.x, y: change.position.y + shift.y } }
          : change,
      );
    },
    [canvas],
  );
  /** Sees whether Alt is held before React Flow moves anything. */
  const watchKeys = useCallback((event: PointerEvent) => {
    free.current = event.altKey;
  }, []);
  return { aligned, guides, watchKeys };
}

function boxOf({ position, measured }: CanvasNode): Box {
  return { ...position, width: measured?.width ?? 0, height: measured?.height ?? 0 };
}

function around(boxes: readonly Box[]): Box {
  const x = Math.min(...boxes.map((box) => box.x));
  const y = Math.min(...boxes.map((box) => box.y));
  return {
    x,
    y,
    width: Math.max(...boxes.map((box) => box.x + box.width)) - x,
    height: Math.max(...boxes.map((box) => box.y + box.height)) - y,
  };
}

function meet(a: Box, b: Box): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}
