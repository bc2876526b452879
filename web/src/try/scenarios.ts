import { type Flow, isObject, type Json, type JsonObject, type Operation } from '@/flow-model';

/** Scenarios as the flow holds them, with names for people. */
export interface ListedScenario {
  index: number;
  name: string;
  value: JsonObject;
}

/** The flow's scenarios. What is no object is left out; its place stays taken. */
export function scenariosOf(flow: Pick<Flow, 'scenarios'>): ListedScenario[] {
  return (flow.scenarios ?? []).flatMap((value, index) =>
    isObject(value) ? [{ index, name: typeof value.name === 'string' ? value.name : '', value }] : [],
  );
}

/** A name that no scenario of the flow has yet: "Read", "Read 2". */
export function freeScenarioName(flow: Flow, wanted: string): string {
  const taken = new Set(scenariosOf(flow).map((scenario) => scenario.name));
  if (!taken.has(wanted)) return wanted;
  for (let n = 2; ; n++) if (!taken.has(`${wanted} ${n}`)) return `${wanted} ${n}`;
}

export function addScenario(flow: Flow, scenario: JsonObject, at?: number): Operation {
  const list = flow.scenarios ?? [];
  return { type: 'set_scenarios', scenarios: list.toSpliced(at ?? list.length, 0, scenario) };
}

export function removeScenario(flow: Flow, index: number): Operation {
  const rest = (flow.scenarios ?? []).toSpliced(index, 1);
  return { type: 'set_scenarios', scenarios: rest.length > 0 ? rest : undefined };
}

export function changeScenario(flow: Flow, index: number, change: JsonObject): Operation {
  const scenarios = (flow.scenarios ?? []).map((value, at) =>
    at === index && isObject(value) ? { ...value, ...change } : value,
  );
  return { type: 'set_scenarios', scenarios };
}

/** A copy right after the original. */
export function duplicateScenario(flow: Flow, index: number): Operation | undefined {
  const original = scenariosOf(flow).find((scenario) => scenario.index === index);
  if (!original) return undefined;
  return addScenario(flow, { ...original.value, name: freeScenarioName(flow, original.name) }, index + 1);
}

/** What a scenario can expect, as the record dialog offers it. */
export const expectKeys = ['path', 'status', 'outcome', 'elapsed', 'messages', 'variables'] as const;
export type ExpectKey = (typeof expectKeys)[number];

/** The recorded scenario with that name, expecting the chosen keys only. */
export function named(recorded: JsonObject, name: string, keys: ReadonlySet<ExpectKey>): JsonObject {
  const expect = isObject(recorded.expect) ? recorded.expect : {};
  const kept = Object.fromEntries(
    Object.entries(expect).filter(([key]) => keys.has(key as ExpectKey)),
  ) as JsonObject;
  const { inputs, world } = recorded;
  return {
    name,
    ...(inputs === undefined ? {} : { inputs }),
    ...(Array.isArray(world) && world.length > 0 ? { world } : {}),
    expect: kept,
  };
}

/** The inputs and world of a scenario, to play it again. */
export function playable(scenario: JsonObject): { inputs: Record<string, unknown>; world: Json[] } {
  return {
    inputs: isObject(scenario.inputs) ? scenario.inputs : {},
    world: Array.isArray(scenario.world) ? scenario.world : [],
  };
}
