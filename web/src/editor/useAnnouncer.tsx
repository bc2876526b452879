import { useCallback, useRef } from 'react';

/**
 * Says to people who hear the page what just moved or was connected. The region
 * is written to directly: an announcement must not draw the editor again.
 */
export function useAnnouncer() {
  const region = useRef<HTMLDivElement>(null);
  const announce = useCallback((text: string) => {
    const element = region.current;
    if (!element) return;
    // Emptied first, so that the same words are said again; later, so that a closing dialog no
    // longer hides the page from screen readers.
    element.textContent = '';
    requestAnimationFrame(() =>
      requestAnimationFrame(() => {
        element.textContent = text;
      }),
    );
  }, []);
  return { region, announce };
}
