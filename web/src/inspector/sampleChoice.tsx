import { useQuery } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext, useMemo, useState } from 'react';
import { api, unwrap } from '@/api/client';
import { useEditorState } from '@/editor/context';
import {
  type JsonObject,
  type Sample,
  type SampledRun,
  type ScenarioInputs,
  sampleOfRun,
  scenariosOf,
} from '@/flow-model';

/** What previews are rendered with: a run, a scenario's inputs, or values of one's own. */
export type SampleChoice =
  | { kind: 'run'; id: string }
  | { kind: 'scenario'; name: string }
  | { kind: 'values' };

export interface SampleRun {
  id: string;
  startedAt: string;
  recipient: string;
}

interface SampleState {
  choice: SampleChoice;
  choose(choice: SampleChoice): void;
  runs: SampleRun[];
  scenarios: ScenarioInputs[];
  /** What the choice knows; the rest is filled in by type. */
  known: Partial<Sample>;
  /** Values that somebody typed, by expression. */
  own: JsonObject;
  setOwn(own: JsonObject): void;
}

const SampleContext = createContext<SampleState | undefined>(undefined);

/** The sample of the form above, or undefined where there is no editor around (tests of single controls). */
export function useSample(): SampleState | undefined {
  return useContext(SampleContext);
}

/** How many runs can be chosen from. */
const listedRuns = 5;

/** One sample for all forms of the editor: it stays when another node is selected. */
export function SampleProvider({ children }: { children: ReactNode }) {
  const flowId = useEditorState((state) => state.flowId);
  const flow = useEditorState((state) => state.flow);
  const [chosen, setChosen] = useState<SampleChoice>();
  const [own, setOwn] = useState<JsonObject>({});
  const recent = useQuery({
    queryKey: ['runs', 'sample', flowId],
    queryFn: () => unwrap(api.GET('/runs', { params: { query: { flow: flowId, limit: listedRuns } } })),
    staleTime: 30_000,
  });
  const runs = useMemo(
    () =>
      (recent.data?.items ?? []).map(
        (run): SampleRun => ({ id: run.id, startedAt: run.started_at, recipient: run.recipient }),
      ),
    [recent.data],
  );
  const scenarios = useMemo(() => scenariosOf(flow), [flow]);
  const choice = chosen ?? firstChoice(runs, scenarios);
  const runId = choice.kind === 'run' ? choice.id : undefined;
  const run = useQuery({
    queryKey: ['runs', 'one', runId],
    queryFn: () => unwrap(api.GET('/runs/{run_id}', { params: { path: { run_id: runId ?? '' } } })),
    enabled: runId !== undefined,
    staleTime: 30_000,
  });
  const known = useMemo(
    () => knownOf(choice, run.data as SampledRun | undefined, scenarios, own),
    [choice, run.data, scenarios, own],
  );
  const state = useMemo(
    (): SampleState => ({ choice, choose: setChosen, runs, scenarios, known, own, setOwn }),
    [choice, runs, scenarios, known, own],
  );
  return <SampleContext value={state}>{children}</SampleContext>;
}

function firstChoice(runs: readonly SampleRun[], scenarios: readonly ScenarioInputs[]): SampleChoice {
  const [run] = runs;
  if (run) return { kind: 'run', id: run.id };
  const [scenario] = scenarios;
  return scenario ? { kind: 'scenario', name: scenario.name } : { kind: 'values' };
}

function knownOf(
  choice: SampleChoice,
  run: SampledRun | undefined,
  scenarios: readonly ScenarioInputs[],
  own: JsonObject,
): Partial<Sample> {
  switch (choice.kind) {
    case 'run':
      return run ? sampleOfRun(run) : {};
    case 'scenario': {
      const scenario = scenarios.find((other) => other.name === choice.name);
      return scenario
        ? { variables: scenario.inputs, ...(scenario.contact ? { contact: scenario.contact } : {}) }
        : {};
    }
    case 'values':
      return { variables: own };
  }
}
