import { type Flow, nodeOf, titleOf } from './flow';
import { isObject, type Json, type Path } from './json';
import type { NodeTypes } from './node-type';
import type { Operation } from './operations';
import { references } from './syntax';
import { configTexts, expressionsIn, renamedText } from './texts';

/** What an input or variable may be called: what expressions can name. */
export const variableName = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/;

/** Names that expressions read besides variables. */
const reserved = new Set([
  'steps',
  'contact',
  'trigger',
  'run',
  'true',
  'false',
  'nil',
  'and',
  'or',
  'not',
  'in',
  'let',
  'if',
  'else',
]);

export function isVariableName(name: string): boolean {
  return variableName.test(name) && !reserved.has(name);
}

/** Where a variable is read and set. */
export interface VariableUse {
  /** How many texts read it. */
  reads: number;
  /** The titles of the nodes that set it, each once. */
  setBy: string[];
  /** How many fields name it. */
  sets: number;
}

export function variableUse(flow: Flow, types: NodeTypes, name: string): VariableUse {
  const use: VariableUse = { reads: 0, setBy: [], sets: 0 };
  for (const node of flow.nodes) {
    for (const text of configTexts(node, types.get(node.type))) {
      if (text.kind === 'variable' && text.text === name) {
        use.sets++;
        if (!use.setBy.includes(titleOf(node))) use.setBy.push(titleOf(node));
      }
      if (expressionsIn(text).some(({ source }) => references(source).some(({ path }) => path[0] === name))) {
        use.reads++;
      }
    }
  }
  return use;
}

/**
 * Renames an input or variable wherever the flow names it: where it is set,
 * in every text and expression that reads it, and in the scenarios.
 */
export function renameVariable(flow: Flow, types: NodeTypes, from: string, to: string): Operation {
  const operations: Operation[] = [];
  for (const node of flow.nodes) {
    for (const text of configTexts(node, types.get(node.type))) {
      const value =
        text.kind === 'variable'
          ? text.text === from
            ? to
            : text.text
          : renamedText(text, ([root]) => (root === from ? { index: 0, name: to } : undefined));
      if (value !== text.text) operations.push({ type: 'set_config', id: node.id, path: text.path, value });
    }
  }
  const scenarios = flow.scenarios?.map((scenario) => scenarioWith(scenario, from, to));
  if (scenarios?.some((scenario, index) => scenario !== flow.scenarios?.[index])) {
    operations.push({ type: 'set_scenarios', scenarios });
  }
  return { type: 'batch', operations };
}

/** A scenario names variables as keys of its inputs and of the variables that it expects. */
function scenarioWith(scenario: Json, from: string, to: string): Json {
  if (!isObject(scenario)) return scenario;
  const inputs = renamedKey(scenario.inputs, from, to);
  const expect = isObject(scenario.expect) ? scenario.expect : undefined;
  const variables = renamedKey(expect?.variables, from, to);
  if (inputs === scenario.inputs && variables === expect?.variables) return scenario;
  return {
    ...scenario,
    ...(inputs === undefined ? {} : { inputs }),
    ...(expect && variables !== undefined ? { expect: { ...expect, variables } } : {}),
  };
}

function renamedKey(value: Json | undefined, from: string, to: string): Json | undefined {
  if (!isObject(value) || !Object.hasOwn(value, from)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key === from ? to : key, item]));
}

/** Whether a variable field other than the one at that path names it already. */
export function isTakenVariable(
  flow: Flow,
  types: NodeTypes,
  name: string,
  own: { id: string; path: Path },
): boolean {
  return flow.nodes.some((node) =>
    configTexts(node, types.get(node.type)).some(
      (text) =>
        text.kind === 'variable' &&
        text.text === name &&
        !(node.id === own.id && text.path.join('/') === own.path.join('/')),
    ),
  );
}

/** What stands for a node in expressions, for people: the node's title, when there is such a node. */
export function stepTitle(flow: Flow, id: string): string | undefined {
  const node = nodeOf(flow, id);
  return node && titleOf(node);
}
