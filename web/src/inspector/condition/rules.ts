import {
  type FieldSchema,
  isObject,
  type Json,
  type JsonObject,
  type ScopeEntry,
  type TypeOf,
} from '@/flow-model';

/** What the builder needs of the schema of rules. */
export interface RuleParts {
  /** The schema of a rule's operator: its values, their titles and what they take. */
  operator: FieldSchema;
  value: FieldSchema;
  to: FieldSchema;
  match: FieldSchema;
  /** The most rules of one group. */
  most: number;
}

/** The parts when the variants are those of a condition: rules, groups of rules, and an expression. */
export function ruleParts(variants: readonly { type: string; schema: FieldSchema }[]): RuleParts | undefined {
  const fields = (type: string) => variants.find((variant) => variant.type === type)?.schema.properties ?? {};
  const { value, operator, to } = fields('rule');
  const { match, rules } = fields('group');
  if (!value || !to || !match || !rules || !operator?.['x-operators'] || !fields('expression').expression)
    return undefined;
  return { operator, value, to, match, most: rules.maxItems ?? Number.POSITIVE_INFINITY };
}

/** The types of what can be read, by expression. */
export function typesOf(entries: readonly ScopeEntry[]): TypeOf {
  const types = new Map(entries.map((entry) => [entry.expression, entry.type]));
  return (expression) => {
    const type = types.get(expression) ?? 'any';
    return type === 'object' ? 'json' : type;
  };
}

export function newRule(): JsonObject {
  return { type: 'rule', value: '', operator: 'equals', to: '' };
}

export function newGroup(): JsonObject {
  return { type: 'group', match: 'any', rules: [newRule()] };
}

/** The type of a rule's left side. */
export function leftType(value: Json | undefined, typeOf: TypeOf): string {
  const only = typeof value === 'string' ? /^\s*\{\{([\s\S]*)\}\}\s*$/.exec(value)?.[1]?.trim() : undefined;
  if (only === undefined) return value ? 'string' : 'any';
  return typeOf(only);
}

/** The operators for a type, in the order of the schema; the chosen one is always among them. */
export function operatorsFor(operator: FieldSchema, type: string, chosen: string): string[] {
  const notes = operator['x-operators'] ?? {};
  return (operator.enum ?? []).filter((name) => {
    const types = notes[name]?.for;
    return name === chosen || !types || types.includes(type);
  });
}

/** What an operator compares with: "value", "text", "number", "nothing" … */
export function takenBy(operator: FieldSchema, name: string): string {
  return operator['x-operators']?.[name]?.takes ?? 'value';
}

/** The rule with another operator; what it compares with stays where it can. */
export function withOperator(rule: JsonObject, operator: FieldSchema, name: string): JsonObject {
  const { to, ...rest } = rule;
  return takenBy(operator, name) === 'nothing'
    ? { ...rest, operator: name }
    : { ...rest, operator: name, to: typeof to === 'string' ? to : '' };
}

/** A group without that rule. */
export function withoutRule(group: JsonObject, index: number): JsonObject {
  const rules = Array.isArray(group.rules) ? group.rules : [];
  return { ...group, rules: rules.toSpliced(index, 1) };
}

/** The rule and a second one beside it, or the group with one more. */
export function withRule(when: Json | undefined, added: JsonObject): JsonObject {
  if (isObject(when) && when.type === 'group') {
    return { ...when, rules: [...(Array.isArray(when.rules) ? when.rules : []), added] };
  }
  const { match, rules } = { match: 'all', rules: isObject(when) ? [when, added] : [added] };
  return { type: 'group', match, rules };
}
