import { createContext, useContext } from 'react';

/** Offers the nodes that can come after a port, or into its line. */
export type OfferNodes = (from: string, port: string) => void;

/** Absent on canvases that are only looked at. */
export const InsertContext = createContext<OfferNodes | undefined>(undefined);

export function useInsert(): OfferNodes | undefined {
  return useContext(InsertContext);
}
