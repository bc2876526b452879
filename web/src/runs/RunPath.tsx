import { useLingui } from '@lingui/react/macro';
import { Maximize, Play, Route } from 'lucide-react';
import { useCallback, useMemo, useState } from 'react';
import { FlowCanvas, type NodeMark } from '@/canvas/FlowCanvas';
import type { Flow, NodeType } from '@/flow-model';
import { Button } from '@/ui';
import { focusOf } from './focus';
import { overlayOf } from './overlay';
import { ReplayBar } from './ReplayBar';
import styles from './RunPath.module.css';
import { runUntil } from './replay';
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
  const { t } = useLingui();
  const index = run.steps.findIndex((step) => step.visit === visit);
  const chosen = run.steps[index]?.node;
  const shown = useMemo(() => (index < 0 ? run : runUntil(run, index)), [run, index]);
  const overlay = useMemo(() => {
    const marks = overlayOf(shown, flow, specs);
    if (shown === run || chosen === undefined) return marks;
    // A step that is long over does not wait.
    const here: NodeMark = { tone: 'current', icon: Play, badge: t`Step ${index + 1}` };
    return { ...marks, nodes: new Map(marks.nodes).set(chosen, here) };
  }, [run, shown, flow, specs, chosen, index, t]);
  const go = useCallback((next: number) => onVisit(run.steps[next]?.visit), [run, onVisit]);
  return (
    <>
      <FlowCanvas
        flow={flow}
        specs={specs}
        overlay={overlay}
        selected={chosen}
        focus={follow ? (index < 0 ? focusOf(run, flow) : nearby(run, index, flow)) : undefined}
        onSelect={(node) => onVisit(run.steps.findLast((step) => step.node === node)?.visit)}
        aria-label={t`The way of this run through ${run.flow_name}`}
      />
      <div className={styles.replay}>
        <ReplayBar run={run} index={index < 0 ? undefined : index} onIndex={go} />
      </div>
      <div className={styles.view}>
        <Button size="small" icon={follow ? <Maximize /> : <Route />} onClick={() => setFollow(!follow)}>
          {follow ? t`Whole flow` : t`Follow the run`}
        </Button>
      </div>
    </>
  );
}

/** The step's node and those before and after it, as far as the flow has them. */
function nearby(run: Run, index: number, flow: Flow): string[] {
  const known = new Set(flow.nodes.map((node) => node.id));
  const around = run.steps.slice(Math.max(0, index - 1), index + 2).map((step) => step.node);
  return [...new Set(around)].filter((id) => known.has(id));
}
