import { type ReactFlowState, useStore } from '@xyflow/react';
import { createContext, useContext } from 'react';

/** Below this zoom the text of a card cannot be read: cards become boxes with a large name. */
const readableFrom = 0.36;

/**
 * With more elements than this, those out of sight are not on the page: a page
 * of tens of thousands of elements takes seconds to lay out. Below it they stay,
 * so that moving the view costs nothing and Tab walks all of them.
 */
const drawsAllUpTo = 120;

const isFar = (state: ReactFlowState) => state.transform[2] < readableFrom;

/** Whether the canvas is seen from so far that cards are boxes; one value for all cards of a canvas. */
export const FarContext = createContext(false);

export function useFar(): boolean {
  return useContext(FarContext);
}

/** Whether the canvas is seen from afar now. */
export function useIsFar(): boolean {
  return useStore(isFar);
}

/** Whether only what is in sight is drawn. */
export function drawsOnlyVisible(elements: number): boolean {
  return elements > drawsAllUpTo;
}
