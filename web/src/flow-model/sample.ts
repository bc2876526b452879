import type { Flow } from './flow';
import { isObject, type Json, type JsonObject, valueAt } from './json';
import type { ScopeEntry } from './scope';

/** Values as a run would hold them: what a preview is rendered with. */
export interface Sample {
  /** Inputs and set variables by name. */
  variables: JsonObject;
  /** Outputs by node id and name. */
  steps: { [node: string]: JsonObject };
  contact?: JsonObject;
  trigger?: JsonObject;
  runId?: string;
  startedAt?: string;
}

/** As much of a run as a sample needs (`GET /runs/{id}`). */
export interface SampledRun {
  id: string;
  started_at: string;
  variables: { [name: string]: unknown };
  steps: { node: string; outputs: { [name: string]: unknown } }[];
}

/** What a run held at its end; of a node that it visited several times the last outputs. */
export function sampleOfRun(run: SampledRun): Sample {
  const steps: { [node: string]: JsonObject } = {};
  for (const step of run.steps) steps[step.node] = { ...steps[step.node], ...(step.outputs as JsonObject) };
  return { variables: { ...run.variables } as JsonObject, steps, runId: run.id, startedAt: run.started_at };
}

export interface ScenarioInputs {
  name: string;
  inputs: JsonObject;
  contact?: JsonObject;
}

/** The scenarios of the flow that have a name, with the inputs they start a run with. */
export function scenariosOf(flow: Flow): ScenarioInputs[] {
  return (flow.scenarios ?? []).flatMap((scenario) => {
    if (!isObject(scenario) || typeof scenario.name !== 'string') return [];
    const expected = valueAt(scenario, ['expect', 'variables']);
    return [
      {
        name: scenario.name,
        inputs: {
          ...(isObject(expected) ? expected : {}),
          ...(isObject(scenario.inputs) ? scenario.inputs : {}),
        },
        ...(isObject(scenario.contact) ? { contact: scenario.contact } : {}),
      },
    ];
  });
}

/**
 * A sample for what can be read at a place: what is known of it, and for all
 * else its example or a value of its type.
 */
export function completedSample(entries: readonly ScopeEntry[], known: Partial<Sample>): Sample {
  const variables: JsonObject = { ...known.variables };
  const steps: { [node: string]: JsonObject } = { ...known.steps };
  for (const entry of entries) {
    if (entry.group === 'inputs' || entry.group === 'variables') {
      if (!Object.hasOwn(variables, entry.name)) variables[entry.name] = typicalValue(entry);
    } else if (entry.group === 'steps' && entry.node !== undefined) {
      const outputs = steps[entry.node] ?? {};
      if (!Object.hasOwn(outputs, entry.name)) {
        steps[entry.node] = { ...outputs, [entry.name]: typicalValue(entry) };
      }
    }
  }
  return { ...known, variables, steps };
}

/** A value of that type which people recognise: the declared example, else a usual one. */
export function typicalValue(entry: Pick<ScopeEntry, 'type' | 'example' | 'name'>): Json {
  if (entry.example !== '') return typed(entry.example, entry.type);
  switch (entry.type) {
    case 'phone':
      return '+639171234567';
    case 'email':
      return 'ana@example.com';
    case 'integer':
      return 3;
    case 'number':
      return 12.5;
    case 'boolean':
      return true;
    case 'date':
      return '2026-01-31';
    case 'datetime':
      return '2026-01-31T10:00:00Z';
    case 'json':
    case 'object':
      return {};
    default:
      return entry.name;
  }
}

/** An example is written as text; a value of another type stands for what it says. */
function typed(example: string, type: string): Json {
  if (!['integer', 'number', 'boolean', 'json', 'object', 'any'].includes(type)) return example;
  try {
    return JSON.parse(example) as Json;
  } catch {
    return example;
  }
}

/** What the sample has for an entry, or undefined. */
export function sampledValue(entry: ScopeEntry, sample: Sample): Json | undefined {
  switch (entry.group) {
    case 'inputs':
    case 'variables':
      return valueAt(sample.variables, [entry.name]);
    case 'steps':
      return entry.node === undefined ? undefined : valueAt(sample.steps, [entry.node, entry.name]);
    default:
      if (entry.expression === 'run.id') return sample.runId;
      if (entry.expression === 'run.started_at') return sample.startedAt;
      if (entry.expression === 'contact') return sample.contact;
      return entry.expression === 'trigger' ? sample.trigger : undefined;
  }
}
