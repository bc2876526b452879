import { useReactFlow } from '@xyflow/react';
import { type RefObject, useEffect, useMemo, useRef } from 'react';
import { fitOptions } from '@/canvas/firstView';
import type { RenameStore } from '@/canvas/rename';
import type { CanvasView } from '@/commands/command';
import type { Position } from '@/flow-model';

/** A little longer than the transition in EditorCanvas.module.css. */
const glideMs = 240;

/** How long the view travels, in milliseconds; not at all for people who want no motion. */
function travelMs(): number {
  return window.matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : 160;
}

/** Runs the task when what just changed is on screen and measured. */
function whenDrawn(task: () => void): void {
  requestAnimationFrame(() => requestAnimationFrame(task));
}

/** How many frames a new card may take until it is measured: hidden before, it cannot have the focus. */
const measuredWithin = 30;

function focusCard(surface: HTMLElement | null, nodeId: string, frames = measuredWithin): void {
  const card = surface?.querySelector<HTMLElement>(`.react-flow__node[data-id="${CSS.escape(nodeId)}"]`);
  card?.focus({ preventScroll: true });
  if (frames > 0 && (!card || document.activeElement !== card))
    requestAnimationFrame(() => focusCard(surface, nodeId, frames - 1));
}

/** For as long as cards travel to new places, lines fade in at theirs. */
function glide(surface: HTMLElement | null): void {
  if (!surface || travelMs() === 0) return;
  surface.dataset.gliding = '';
  setTimeout(() => delete surface.dataset.gliding, glideMs);
}

/** Gives commands their hands on the view. */
export function useView(
  surface: RefObject<HTMLDivElement | null>,
  onView: (view: CanvasView) => void,
  rename: RenameStore,
): void {
  const { fitView, zoomIn, zoomOut, screenToFlowPosition, flowToScreenPosition, getNodesBounds } =
    useReactFlow();
  const pointer = usePointer(surface);
  const view = useMemo(
    (): CanvasView => ({
      fit: () => void fitView({ ...fitOptions, duration: travelMs() }),
      // At once: a second press while the first still moves would be lost.
      zoomIn: () => void zoomIn(),
      zoomOut: () => void zoomOut(),
      // A new element is measured in the next frames.
      reveal: (ids) =>
        whenDrawn(
          () =>
            void fitView({
              nodes: ids.map((id) => ({ id })),
              padding: 0.6,
              maxZoom: 1,
              minZoom: 0.5,
              duration: travelMs(),
            }),
        ),
      ensure: (ids) =>
        whenDrawn(() => {
          const { x, y, width, height } = getNodesBounds(ids);
          const middle = flowToScreenPosition({ x: x + width / 2, y: y + height / 2 });
          const seen = surface.current?.getBoundingClientRect();
          if (!seen || holds(seen, middle)) return;
          void fitView({ ...fitOptions, nodes: ids.map((id) => ({ id })), duration: travelMs() });
        }),
      glide: () => glide(surface.current),
      rename: (nodeId) => rename.getState().begin(nodeId),
      pointer: () => pointer.current && screenToFlowPosition(pointer.current),
      focus: (nodeId) => whenDrawn(() => focusCard(surface.current, nodeId)),
      center: () => {
        const box = surface.current?.getBoundingClientRect();
        if (!box) return { x: 0, y: 0 };
        return screenToFlowPosition({ x: box.left + box.width / 2, y: box.top + box.height / 2 });
      },
    }),
    [
      fitView,
      zoomIn,
      zoomOut,
      screenToFlowPosition,
      flowToScreenPosition,
      getNodesBounds,
      surface,
      rename,
      pointer,
    ],
  );
  useEffect(() => {
    onView(view);
  }, [view, onView]);
}

function holds({ left, right, top, bottom }: DOMRect, { x, y }: Position): boolean {
  return left <= x && x <= right && top <= y && y <= bottom;
}

/** Where the mouse rests over the surface, on the screen; nowhere after it left. */
function usePointer(surface: RefObject<HTMLElement | null>): RefObject<Position | undefined> {
  const place = useRef<Position>(undefined);
  useEffect(() => {
    const element = surface.current;
    const follow = (event: PointerEvent) => {
      place.current = event.pointerType === 'mouse' ? { x: event.clientX, y: event.clientY } : undefined;
    };
    const forget = () => {
      place.current = undefined;
    };
    element?.addEventListener('pointermove', follow, { passive: true });
    element?.addEventListener('pointerleave', forget);
    return () => {
      element?.removeEventListener('pointermove', follow);
      element?.removeEventListener('pointerleave', forget);
    };
  }, [surface]);
  return place;
}
