/** A value of a run as text; nothing from outside is drawn as anything else. */
export function wordless(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value, undefined, 1) ?? '');
}
