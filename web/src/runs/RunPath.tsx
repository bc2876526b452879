import { useMemo } from 'react';
import { FlowCanvas } from '@/canvas/FlowCanvas';
import type { Flow, NodeType } from '@/flow-model';
import { highlightOf } from './highlight';
import type { Run } from './types';

interface RunPathProps {
  run: Run;
  flow: Flow;
  specs: readonly NodeType[];
  /** The chosen step, by its visit. */
  visit: number | undefined;
  onVisit(visit: number | undefined): void;
}

/** The flow with the run's path lit; a node leads to its latest step. */
export function RunPath({ run, flow, specs, visit, onVisit }: RunPathProps) {
  const highlight = useMemo(() => highlightOf(run, flow, specs), [run, flow, specs]);
  const chosen = run.steps.find((step) => step.visit === visit)?.node;
  return (
    <FlowCanvas
      flow={flow}
      specs={specs}
      highlight={highlight}
      selected={chosen}
      onSelect={(node) => onVisit(run.steps.findLast((step) => step.node === node)?.visit)}
      aria-label={`The way of this run through ${run.flow_name}`}
    />
  );
}
