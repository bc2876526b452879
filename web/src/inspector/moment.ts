/** A moment of a flow: RFC 3339, or a date, which begins at midnight UTC. */
const written = /^\d{4}-\d{2}-\d{2}([Tt ]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2}))?$/;

/** What a picker of local times shows for a moment; empty for other text. */
export function localOf(text: string): string {
  const trimmed = text.trim();
  const time = written.test(trimmed) ? new Date(trimmed.replace(' ', 'T')) : undefined;
  if (!time || Number.isNaN(time.getTime())) return '';
  const two = (n: number) => String(n).padStart(2, '0');
  const day = `${String(time.getFullYear()).padStart(4, '0')}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
  return `${day}T${two(time.getHours())}:${two(time.getMinutes())}`;
}

/** The moment that was picked, in UTC; undefined for none. */
export function momentOf(local: string): string | undefined {
  const time = new Date(local);
  return Number.isNaN(time.getTime()) ? undefined : time.toISOString().replace(/\.\d+Z$/, 'Z');
}
