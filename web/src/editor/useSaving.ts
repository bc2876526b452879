import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { sessionQuery } from '@/api/queries';
import type { Autosaver } from './autosave';
import { loadDraft } from './draftClient';
import { Keeper } from './keeper';
import type { LocalSide } from './openDraft';
import type { EditorStore } from './store';

/** Saves the draft while it is open, keeps in this browser what is not saved yet, and hears of other tabs. */
export function useSaving(store: EditorStore, autosaver: Autosaver, local: LocalSide): void {
  useEffect(() => {
    const keeper = new Keeper(store, local.drafts, local.tabs);
    keeper.start();
    autosaver.start();
    const { flowId } = store.getState();
    const stopListening = local.tabs.onSaved((etag) => {
      // Offline, or signed out: the next save meets the other draft.
      void autosaver.catchUp(etag, () => loadDraft(flowId)).catch(() => undefined);
    });
    const tryNow = () => void autosaver.flush();
    window.addEventListener('online', tryNow);
    return () => {
      window.removeEventListener('online', tryNow);
      stopListening();
      autosaver.stop();
      // Leaving the screen is no reason to lose the last change: what cannot be saved stays kept.
      void autosaver.flush().finally(() => {
        void keeper.stop();
        local.tabs.close();
      });
    };
  }, [store, autosaver, local]);

  const { data: session } = useQuery(sessionQuery);
  const isSignedIn = session?.signed_in ?? false;
  useEffect(() => {
    if (isSignedIn) void autosaver.flush();
  }, [isSignedIn, autosaver]);
}
