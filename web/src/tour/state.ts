import { create } from 'zustand';

/** How far somebody came with the tour in this browser. */
export interface TourProgress {
  status: 'new' | 'running' | 'dismissed' | 'finished';
  /** The step they are at, by its place in the list. */
  step: number;
  /** The flow that the tour made, once it did. */
  flow: string;
}

interface TourState extends TourProgress {
  /** Begins anew, also after it was finished. */
  start(): void;
  /** Goes on where it was left. */
  resume(): void;
  dismiss(): void;
  finish(): void;
  goTo(step: number): void;
  setFlow(flow: string): void;
}

const storageKey = 'sluice.tour';
const statuses = ['new', 'running', 'dismissed', 'finished'];

/** Reads what an earlier visit kept; anything else counts as nothing. */
export function readProgress(text: string | null): TourProgress {
  const fresh: TourProgress = { status: 'new', step: 0, flow: '' };
  if (!text) return fresh;
  try {
    const kept = JSON.parse(text) as Partial<TourProgress>;
    if (!kept || !statuses.includes(String(kept.status))) return fresh;
    return {
      status: kept.status as TourProgress['status'],
      step: Number.isInteger(kept.step) && Number(kept.step) >= 0 ? Number(kept.step) : 0,
      flow: typeof kept.flow === 'string' ? kept.flow : '',
    };
  } catch {
    return fresh;
  }
}

export const useTour = create<TourState>((set, get) => {
  const keep = (change: Partial<TourProgress>) => {
    set(change);
    const { status, step, flow } = get();
    localStorage.setItem(storageKey, JSON.stringify({ status, step, flow }));
  };
  return {
    ...readProgress(localStorage.getItem(storageKey)),
    start: () => keep({ status: 'running', step: 0, flow: '' }),
    resume: () => keep({ status: 'running' }),
    dismiss: () => keep({ status: 'dismissed' }),
    finish: () => keep({ status: 'finished', step: 0 }),
    goTo: (step) => keep({ step }),
    setFlow: (flow) => keep({ flow }),
  };
});
