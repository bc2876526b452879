import { i18n } from '@lingui/core';
import { fromServer } from './translate';

/** Members of answers that hold what the server says about what happened. */
const said = new Set(['message', 'hint', 'detail', 'reason', 'status_reason']);

/** Members of specs (node types, providers, functions) that hold words for people. */
const described = new Set(['title', 'help', 'description', 'hook_help']);

/** Below these stands what people wrote. */
const written = new Set(['definition', 'draft', 'inputs', 'variables', 'content', 'values']);

/**
 * An answer of the server with what it says about what happened (diagnostics,
 * reasons, errors) in the language that is shown. Flow documents in it stay as
 * they are, because they go back.
 */
export function answerInLanguage<T>(answer: T): T {
  return i18n.locale === 'en' ? answer : (walk(answer, said) as T);
}

/** As answerInLanguage, for a problem document: its title is the server's, too. */
export function problemInLanguage(problem: Record<string, unknown>): Record<string, unknown> {
  const { title } = problem;
  return { ...answerInLanguage(problem), ...(typeof title === 'string' ? { title: fromServer(title) } : {}) };
}

/** Specs of node types, providers or functions with their words in the language that is shown. */
export function specInLanguage<T>(spec: T): T {
  return i18n.locale === 'en' ? spec : (walk(spec, described) as T);
}

function walk(value: unknown, spoken: ReadonlySet<string>): unknown {
  if (Array.isArray(value)) return value.map((item) => walk(item, spoken));
  if (typeof value !== 'object' || value === null || isFlow(value) || isReply(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key, inMember(key, member, spoken)]),
  );
}

function inMember(key: string, member: unknown, spoken: ReadonlySet<string>): unknown {
  if (typeof member === 'string') return spoken.has(key) ? fromServer(member) : member;
  if (key === 'x-titles' && typeof member === 'object' && member !== null)
    return Object.fromEntries(
      Object.entries(member).map(([name, title]) => [name, fromServer(String(title))]),
    );
  return written.has(key) ? member : walk(member, spoken);
}

/** What somebody replied stands as the reason of a status. */
function isReply(value: object): boolean {
  return 'status' in value && value.status === 'replied';
}

function isFlow(value: object): boolean {
  return 'schema' in value && typeof value.schema === 'string' && value.schema.startsWith('sluice/');
}
