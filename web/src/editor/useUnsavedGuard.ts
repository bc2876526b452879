import { useEffect } from 'react';
import type { EditorStore } from './store';

/** Lets the browser ask before a tab with unsaved changes is closed. */
export function useUnsavedGuard(store: EditorStore): void {
  useEffect(() => {
    const guard = (event: BeforeUnloadEvent) => {
      const { flow, saved } = store.getState();
      if (flow !== saved) event.preventDefault();
    };
    window.addEventListener('beforeunload', guard);
    return () => window.removeEventListener('beforeunload', guard);
  }, [store]);
}
