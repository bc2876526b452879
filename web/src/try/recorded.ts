import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useStore } from 'zustand';
import type { Trial } from './trial';

/** What the try would be as a scenario with these inputs. */
export function useRecorded(trial: Trial, inputs: Record<string, unknown>) {
  const session = useStore(trial, (state) => state.session);
  return useQuery({
    queryKey: ['recorded', session?.acts, session?.untilMs, session?.byHand, inputs],
    queryFn: () => trial.getState().record(inputs),
    placeholderData: keepPreviousData,
    gcTime: 0,
    staleTime: 0,
    retry: false,
  });
}
