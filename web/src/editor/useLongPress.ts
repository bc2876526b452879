import { type RefObject, useEffect, useRef } from 'react';

/** How long a finger rests before it asks for the menu, and how far it may tremble, in screen pixels. */
const pressMs = 500;
const tremble = 10;

/** Reports a finger that rests on a card, or on the canvas between them: what the right button is to a mouse. */
export function useLongPress(
  surface: RefObject<HTMLElement | null>,
  onPress: (nodeId: string | undefined, place: { x: number; y: number }) => void,
): void {
  const report = useRef(onPress);
  useEffect(() => {
    report.current = onPress;
  });
  useEffect(() => {
    const element = surface.current;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let from: { x: number; y: number } | undefined;
    const stop = () => {
      clearTimeout(timer);
      from = undefined;
    };
    const begin = (event: PointerEvent) => {
      stop();
      // A second finger pinches.
      if (event.pointerType !== 'touch' || !event.isPrimary || !(event.target instanceof Element)) return;
      if (event.target.closest('button, a, input, .react-flow__handle, .react-flow__minimap')) return;
      const card = event.target.closest<HTMLElement>('.react-flow__node-card');
      const place = { x: event.clientX, y: event.clientY };
      from = place;
      timer = setTimeout(() => report.current(card?.dataset.id, place), pressMs);
    };
    const move = (event: PointerEvent) => {
      if (from && Math.hypot(event.clientX - from.x, event.clientY - from.y) > tremble) stop();
    };
    element?.addEventListener('pointerdown', begin);
    element?.addEventListener('pointermove', move);
    for (const type of ['pointerup', 'pointercancel'] as const) element?.addEventListener(type, stop);
    return () => {
      stop();
      element?.removeEventListener('pointerdown', begin);
      element?.removeEventListener('pointermove', move);
      for (const type of ['pointerup', 'pointercancel'] as const) element?.removeEventListener(type, stop);
    };
  }, [surface]);
}
