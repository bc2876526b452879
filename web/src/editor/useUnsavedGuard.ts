import { useEffect } from 'react';
import type { EditorStore } from './store';

/** Lets the browser ask before a tab is closed whose changes are neither on the server nor kept in this browser. */
export function useUnsavedGuard(store: EditorStore): void {
  useEffect(() => {
    const guard = (event: BeforeUnloadEvent) => {
      const { flow, saved, kept } = store.getState();
      if (flow !== saved && kept === 'no') event.preventDefault();
    };
    window.addEventListener('beforeunload', guard);
    return () => window.removeEventListener('beforeunload', guard);
  }, [store]);
}
