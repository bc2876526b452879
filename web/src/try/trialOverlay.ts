import { t } from '@lingui/core/macro';
import { CircleAlert, CircleCheck, CircleX } from 'lucide-react';
import { jumpHandle } from '@/canvas/elements';
import { type NodeMark, type Overlay, type PortMark, portKey } from '@/canvas/overlay';
import { type Flow, jumpTarget, type NodeTypes, nodeOf } from '@/flow-model';
import { formatCountdown } from '@/format/duration';
import { overlayOf } from '@/runs/overlay';
import type { TrialState } from './trial';

type Shown = Pick<TrialState, 'place' | 'state' | 'pins' | 'report' | 'shown' | 'untested'>;

/** What a try, or the report of scenarios, lights on the canvas. */
export function trialOverlay(trial: Shown, flow: Flow, types: NodeTypes): Overlay {
  if (trial.place === 'scenarios') return reportOverlay(trial, flow, types);
  const { state } = trial;
  const run = state && overlayOf(state, flow, [...types.values()]);
  const nodes = new Map<string, NodeMark>(run?.nodes);
  for (const id of Object.keys(trial.pins)) {
    if (nodeOf(flow, id)) nodes.set(id, { ...nodes.get(id), pinned: true });
  }
  const ports = new Map<string, PortMark>();
  for (const deadline of state?.wait?.deadlines ?? []) {
    const at = formatCountdown(deadline.at_ms);
    ports.set(portKey(state?.node ?? '', deadline.port), {
      label: at,
      help: t`Taken at ${at} unless something comes before.`,
    });
  }
  return { ...run, nodes, ports };
}

type Report = NonNullable<TrialState['report']>;

function reportOverlay({ report, shown, untested }: Shown, flow: Flow, types: NodeTypes): Overlay {
  if (!report) return {};
  const chosen = report.scenarios.find((scenario) => scenario.index === shown);
  const nodes = chosen ? marksOfOne(chosen) : marksOfAll(report);
  const lines = new Map<string, 'taken'>();
  for (const { node, port } of chosen?.ports ?? []) {
    const drawn = nodeOf(flow, node);
    const jumps = drawn && port === 'jump' && jumpTarget(drawn, types.get(drawn.type)) !== undefined;
    lines.set(portKey(node, jumps ? jumpHandle : port), 'taken');
  }
  const ports = new Map<string, PortMark>();
  for (const { node, port, runs } of untested ? report.coverage.ports : []) {
    if (runs === 0)
      ports.set(portKey(node, port), { label: t`Untested`, help: t`No scenario takes this exit.` });
  }
  return { nodes, lines, ports, mutesOthers: chosen !== undefined };
}

function marksOfOne(scenario: Report['scenarios'][number]): Map<string, NodeMark> {
  const nodes = new Map(scenario.path.map((id): [string, NodeMark] => [id, { tone: 'visited' }]));
  const last = scenario.path.at(-1);
  if (last !== undefined)
    nodes.set(
      last,
      scenario.passed
        ? { tone: 'passed', icon: CircleCheck, badge: t`Passed` }
        : {
            tone: 'failed',
            icon: CircleX,
            badge: t`Failed`,
            help: t`What happened is not what the scenario expects.`,
          },
    );
  return nodes;
}

/** Each node with how many scenarios go through it; failed ones are marked where they ended. */
function marksOfAll(report: Report): Map<string, NodeMark> {
  const through = new Map<string, number>();
  const failedAt = new Map<string, number>();
  for (const scenario of report.scenarios) {
    for (const id of new Set(scenario.path)) through.set(id, (through.get(id) ?? 0) + 1);
    const last = scenario.path.at(-1);
    if (!scenario.passed && last !== undefined) failedAt.set(last, (failedAt.get(last) ?? 0) + 1);
  }
  const markOf = (id: string, count: number): NodeMark => {
    const failed = failedAt.get(id);
    return failed
      ? {
          tone: 'failed',
          icon: CircleAlert,
          badge: String(failed),
          help: t`${failed} of ${count} scenarios fail here.`,
        }
      : {
          tone: 'passed',
          icon: CircleCheck,
          badge: String(count),
          help: t`${count} scenarios pass through here.`,
        };
  };
  return new Map([...through].map(([id, count]) => [id, markOf(id, count)]));
}
