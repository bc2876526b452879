import { useCallback, useEffect, useRef } from 'react';

/**
 * Gives the focus back to where it was when the last dialog closes. Call the returned function as
 * one opens: a dialog that opens from another one keeps the first place.
 */
export function useFocusReturn(isOpen: boolean): () => void {
  const from = useRef<HTMLElement>(undefined);
  useEffect(() => {
    if (isOpen) return;
    const place = from.current;
    from.current = undefined;
    place?.focus({ preventScroll: true });
  }, [isOpen]);
  return useCallback(() => {
    const focused = document.activeElement;
    if (from.current || !(focused instanceof HTMLElement)) return;
    // An entry of a menu is gone by then; the canvas gets the keys.
    from.current = focused.closest('[role="menu"]')
      ? (document.querySelector<HTMLElement>('[data-canvas-surface]') ?? undefined)
      : focused;
  }, []);
}
