import { isObject, type JsonObject } from '@/flow-model';
import type { Act, Pins, Session } from './session';

/** What this browser keeps of a flow's tries. Secret inputs are not among it. */
export interface Memory {
  inputs: Record<string, unknown>;
  pins: Pins;
  byHand: boolean;
  /** The last try without its inputs, to go on with after a reload. */
  last?: LastTry | undefined;
}

/** How far a try had come. */
export type LastTry = Pick<Session, 'acts' | 'untilMs' | 'byHand' | 'world'>;

const empty: Memory = { inputs: {}, pins: {}, byHand: true };

const keyOf = (flowId: string) => `sluice.try.${flowId}`;

/** Storage can be switched off or full; a try then begins with nothing. */
export function recall(flowId: string, storage: Pick<Storage, 'getItem'> = localStorage): Memory {
  try {
    const value: unknown = JSON.parse(storage.getItem(keyOf(flowId)) ?? 'null');
    if (!isObject(value)) return empty;
    const pins = isObject(value.pins) ? value.pins : {};
    return {
      inputs: isObject(value.inputs) ? value.inputs : {},
      pins: Object.fromEntries(
        Object.entries(pins).filter((entry): entry is [string, JsonObject] => isObject(entry[1])),
      ),
      byHand: value.byHand !== false,
      last: lastOf(value.last),
    };
  } catch {
    return empty;
  }
}

export function remember(
  flowId: string,
  memory: Memory,
  storage: Pick<Storage, 'setItem'> = localStorage,
): void {
  try {
    storage.setItem(keyOf(flowId), JSON.stringify(memory));
  } catch {
    // Then the next try begins with nothing.
  }
}

function lastOf(value: unknown): LastTry | undefined {
  if (!isObject(value) || !Array.isArray(value.acts) || !Array.isArray(value.world)) return undefined;
  if (typeof value.untilMs !== 'number' || typeof value.byHand !== 'boolean') return undefined;
  // The server checks each act; what it does not know it refuses.
  return {
    acts: value.acts as unknown as Act[],
    untilMs: value.untilMs,
    byHand: value.byHand,
    world: value.world,
  };
}
