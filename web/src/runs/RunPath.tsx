import { Maximize, Route } from 'lucide-react';
import { useMemo, useState } from 'react';
import { FlowCanvas } from '@/canvas/FlowCanvas';
import type { Flow, NodeType } from '@/flow-model';
import { Button } from '@/ui';
import { focusOf } from './focus';
import { overlayOf } from './overlay';
import styles from './RunPath.module.css';
import type { Run } from './types';

interface RunPathProps {
  run: Run;
  flow: Flow;
  specs: readonly NodeType[];
  /** The chosen step, by its visit. */
  visit: number | undefined;
  onVisit(visit: number | undefined): void;
}

/** The flow with the run's path lit; a node leads to its latest step. The view follows the run unless told otherwise. */
export function RunPath({ run, flow, specs, visit, onVisit }: RunPathProps) {
  const [follow, setFollow] = useState(true);
  const overlay = useMemo(() => overlayOf(run, flow, specs), [run, flow, specs]);
  const chosen = run.steps.find((step) => step.visit === visit)?.node;
  return (
    <>
      <FlowCanvas
        flow={flow}
        specs={specs}
        overlay={overlay}
        selected={chosen}
        focus={follow ? focusOf(run, flow) : undefined}
        onSelect={(node) => onVisit(run.steps.findLast((step) => step.node === node)?.visit)}
        aria-label={`The way of this run through ${run.flow_name}`}
      />
      <div className={styles.view}>
        <Button size="small" icon={follow ? <Maximize /> : <Route />} onClick={() => setFollow(!follow)}>
          {follow ? 'Whole flow' : 'Follow the run'}
        </Button>
      </div>
    </>
  );
}
