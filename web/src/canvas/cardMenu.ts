import { createContext, useContext } from 'react';

/** Opens a card's menu beside its button. */
export type OpenCardMenu = (nodeId: string, anchor: DOMRect) => void;

/** Absent on canvases that are only looked at. */
export const CardMenuContext = createContext<OpenCardMenu | undefined>(undefined);

export function useCardMenu(): OpenCardMenu | undefined {
  return useContext(CardMenuContext);
}
