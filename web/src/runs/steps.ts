import { type Flow, type NodeType, nodeOf, portsOf, titleOf } from '@/flow-model';
import { formatDuration } from '@/format/duration';
import { words } from '@/format/words';
import type { Run, RunMessage, RunStep } from './types';

/** One visit as the step list shows it. */
export interface StepRow {
  step: RunStep;
  title: string;
  typeTitle: string;
  icon: string;
  hue: string;
  /** How it left and where to: "Not delivered → WhatsApp (PH)"; empty while it is there. */
  exit: string;
  /** Why the way differs from the exit: the port had no line of its own. */
  detour: string;
  failure: boolean;
  /** Milliseconds since the run's start. */
  at: number;
  /** Milliseconds it stayed, once it has left. */
  stayed: number | undefined;
  current: boolean;
  /** When its message goes out, while that is still to come. */
  sendsAt: string | undefined;
  messages: RunMessage[];
}

/** A run's visits with the names of nodes and ports in place of their ids. */
export function stepRows(run: Run, flow: Flow | undefined, specs: readonly NodeType[]): StepRow[] {
  const types = new Map(specs.map((spec) => [spec.type, spec]));
  const start = Date.parse(run.started_at);
  const name = (id: string) => {
    const node = flow && nodeOf(flow, id);
    return node ? titleOf(node) : run.steps.find((other) => other.node === id)?.name || id;
  };
  return run.steps.map((step, index) => {
    const type = types.get(step.type);
    const node = flow && nodeOf(flow, step.node);
    const ports = node ? portsOf(node, type) : [];
    const port = (id: string) => ports.find((known) => known.name === id)?.title ?? words(id);
    const last = index === run.steps.length - 1;
    const messages = run.messages.filter((message) => message.visit === step.visit);
    const later = messages.find((message) => message.status === 'scheduled');
    return {
      step,
      title: step.name || name(step.node),
      typeTitle: type?.title ?? step.type,
      icon: type?.icon ?? '',
      hue: type?.hue ?? 'slate',
      exit: step.left_at
        ? [step.port ? port(step.port) : '', step.to && `→ ${name(step.to)}`].filter(Boolean).join(' ')
        : '',
      detour:
        step.via && step.via !== step.port ? `No line leaves there, so it went by ${port(step.via)}` : '',
      failure: ports.find((known) => known.name === step.port)?.failure ?? false,
      at: Date.parse(step.entered_at) - start,
      stayed: step.left_at ? Date.parse(step.left_at) - Date.parse(step.entered_at) : undefined,
      current: run.status === 'waiting' && last && !step.left_at,
      sendsAt: later?.send_at ?? undefined,
      messages,
    };
  });
}

/** Names and values for a table; nothing from outside is drawn as anything but text. */
export function valueRows(values: Record<string, unknown>): { name: string; value: string }[] {
  return Object.entries(values).map(([name, value]) => ({
    name,
    value: typeof value === 'string' ? value : JSON.stringify(value, undefined, 1),
  }));
}

/** "+30 s": when something happened, counted from the run's start. */
export function offset(milliseconds: number): string {
  return `+${formatDuration(milliseconds)}`;
}
