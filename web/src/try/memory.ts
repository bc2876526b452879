import { isObject, type JsonObject } from '@/flow-model';
import type { Pins } from './session';

/** What this browser keeps of a flow's tries. Secret inputs are not among it. */
export interface Memory {
  inputs: Record<string, unknown>;
  pins: Pins;
  byHand: boolean;
}

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
