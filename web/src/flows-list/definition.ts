import { t } from '@lingui/core/macro';
/** A flow definition read from a file or a paste, or why it is not one. */
export type ReadDefinition = { definition: Record<string, unknown> } | { problem: string };

/** The server takes no larger document; asking first spares the upload. */
const maxBytes = 2 * 1024 * 1024;

/**
 * Reads a text as a flow definition as far as a browser can tell: that it is
 * one JSON object. What is wrong inside it, the server says.
 */
export function readDefinition(text: string): ReadDefinition {
  if (!text.trim()) return { problem: t`There is nothing in it yet. Choose a file or paste a flow.` };
  if (new TextEncoder().encode(text).length > maxBytes)
    return { problem: t`This is larger than 2 MiB, more than a flow can have.` };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { problem: notJson(text, error) };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return {
      problem: t`A flow is a JSON object that begins with a curly bracket and has "schema": "sluice/v1".`,
    };
  return { definition: value as Record<string, unknown> };
}

/** Engines differ in how they name the place; where they give an offset, people get line and column. */
function notJson(text: string, error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const offset = /position (\d+)/.exec(message)?.[1];
  if (offset === undefined) return t`This is not JSON: ${message}`;
  const before = text.slice(0, Number(offset)).split('\n');
  const line = before.length;
  const column = (before.at(-1)?.length ?? 0) + 1;
  return t`This is not JSON: look at line ${line}, column ${column}.`;
}
