import { createContext, useContext } from 'react';
import { useStore } from 'zustand';
import { createStore, type StoreApi } from 'zustand/vanilla';

/** Which card's title is being written, and what happens with the new name. */
export interface Rename {
  /** The id of the node whose name is being changed. */
  id: string | undefined;
  begin(id: string): void;
  /** Keeps the name, or leaves the old one when there is none or it is blank. */
  end(name?: string): void;
}

export type RenameStore = StoreApi<Rename>;

export function createRename(onRename: (id: string, name: string) => void): RenameStore {
  return createStore<Rename>((set, get) => ({
    id: undefined,
    begin: (id) => set({ id }),
    end: (name) => {
      const { id } = get();
      // Leaving the field after Enter ends it a second time.
      if (id === undefined) return;
      set({ id: undefined });
      if (name?.trim()) onRename(id, name.trim());
    },
  }));
}

const nowhere: RenameStore = createRename(() => undefined);

/** Absent on canvases that are only looked at. */
export const RenameContext = createContext<RenameStore | undefined>(undefined);

/** How the node is renamed in place, and whether it is now; undefined where it cannot be. */
export function useRename(nodeId: string): (Pick<Rename, 'begin' | 'end'> & { active: boolean }) | undefined {
  const store = useContext(RenameContext);
  const active = useStore(store ?? nowhere, ({ id }) => id === nodeId);
  if (!store) return undefined;
  const { begin, end } = store.getState();
  return { begin, end, active };
}
