import { t } from '@lingui/core/macro';
import { type Flow, type NodeTypes, nodeOf, portsOf, titleOf } from '@/flow-model';
import { formatCountdown, formatDuration, parseDuration } from '@/format/duration';
import { words } from '@/format/words';
import { runStatusLook } from '@/runs/status';
import type { RunStatus } from '@/runs/types';
import type { TryState } from './session';

/** What people call a node of the flow. */
export function nodeTitle(flow: Flow, id: string): string {
  const node = nodeOf(flow, id);
  return node ? titleOf(node) : id;
}

/** What people call a port of a node. */
export function portTitle(flow: Flow, types: NodeTypes, id: string, port: string): string {
  const node = nodeOf(flow, id);
  const found = node && portsOf(node, types.get(node.type)).find((known) => known.name === port);
  return found?.title ?? words(port);
}

/** Where the run stands, in a sentence: what it waits for and until when, or how it ended. */
export function standing(state: TryState, flow: Flow, types: NodeTypes): string {
  const title = nodeTitle(flow, state.node);
  if (state.status === 'waiting') {
    const [first] = state.wait?.deadlines ?? [];
    const due = state.wait?.due_ms ?? undefined;
    if (first) {
      const port = portTitle(flow, types, state.node, first.port);
      return t`${title} waits. ${port} at ${formatCountdown(first.at_ms)}, unless something comes before.`;
    }
    return due === undefined
      ? t`${title} waits, without a deadline.`
      : t`${title} waits until ${formatCountdown(due)}.`;
  }
  if (state.error)
    return [t`The run failed at ${title}.`, state.error.message, state.error.hint].filter(Boolean).join(' ');
  const outcome = state.outcome && portTitle(flow, types, state.node, state.outcome);
  const after = formatCountdown(state.ended_ms ?? state.elapsed_ms);
  return state.status === 'completed'
    ? t`The run completed at ${title} after ${after}: ${outcome}.`
    : t`The run failed at ${title} after ${after}: ${outcome}.`;
}

/** What is new since the state before, for people who hear the page; empty when nothing is. */
export function told(state: TryState, before: TryState | undefined, flow: Flow, types: NodeTypes): string {
  const same =
    before?.visit === state.visit &&
    before.status === state.status &&
    before.wait?.due_ms === state.wait?.due_ms &&
    before.phone.length === state.phone.length;
  if (same) {
    const changed = state.phone.find(
      (message) => before.phone.find(({ id }) => id === message.id)?.status !== message.status,
    );
    return changed ? t`The message is now: ${words(changed.status)}.` : '';
  }
  const left = state.steps.filter(
    (step) => step.left_at && !before?.steps.find((old) => old.visit === step.visit)?.left_at,
  );
  const last = left.findLast((step) => step.port);
  const way =
    last && before ? t`${nodeTitle(flow, last.node)}: ${portTitle(flow, types, last.node, last.port)}.` : '';
  return [way, standing(state, flow, types)].filter(Boolean).join(' ');
}

/** What a scenario's expectation is about, in words: "path", "messages[1].to", "variables.country". */
export function keyWords(key: string): string {
  const message = /^messages\[(\d+)\]\.(\w+)$/.exec(key);
  if (message) {
    const number = Number(message[1]) + 1;
    const what = words(message[2] ?? '');
    return t`Message ${number}: ${what}`;
  }
  if (key.startsWith('variables.')) return t`Variable ${key.slice('variables.'.length)}`;
  switch (key) {
    case 'path':
      return t`The way`;
    case 'status':
      return t`The status`;
    case 'outcome':
      return t`The outcome`;
    case 'elapsed':
      return t`The time it takes`;
    case 'messages':
      return t`The messages`;
    default:
      return key;
  }
}

/** One side of a difference, with the names of nodes in place of their ids. */
export function differing(key: string, value: string, title: (id: string) => string): string {
  if (!value) return '–';
  if (key === 'path') return value.split(' → ').map(title).join(' → ');
  const list = key === 'messages' ? /^(\d+ messages?: )(.*)$/.exec(value) : null;
  if (list) return (list[2] ?? '').split(', ').map(title).join(', ');
  if (key === 'status') return statusWords(value);
  if (key === 'outcome') return words(value);
  const time = key === 'elapsed' ? parseDuration(value) : undefined;
  return time === undefined ? value : formatDuration(time);
}

const runStatuses: readonly string[] = ['waiting', 'completed', 'failed', 'cancelled'] satisfies RunStatus[];

/** A run's status in the reader's language. */
export function statusWords(status: string): string {
  return runStatuses.includes(status) ? runStatusLook(status as RunStatus).label : words(status);
}
