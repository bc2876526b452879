import type { WebhookContent, WebhookFinding } from './types';

/** What was posted, as people read it: JSON with its indents, a form a field per line, anything else as it is. */
export function readableBody({ body, encoding, headers }: WebhookContent): string {
  if (encoding === 'base64' || body === '') return body;
  const type = headers['Content-Type'] ?? '';
  if (type.includes('x-www-form-urlencoded')) return pairs(body);
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}

/** A form or a query, a field per line. */
export function pairs(text: string): string {
  return [...new URLSearchParams(text)].map(([name, value]) => `${name}: ${value}`).join('\n');
}

/** The runs that a webhook met, each once. */
export function runsOf(findings: readonly WebhookFinding[]): string[] {
  return [...new Set(findings.map((finding) => finding.run_id).filter((id) => id !== ''))];
}

/** What a webhook said, by kind: how many messages, and how many receipts of each status. */
export function tally(findings: readonly WebhookFinding[]): { what: string; count: number }[] {
  const counts = new Map<string, number>();
  for (const { kind, status } of findings) {
    const what = kind === 'message' ? 'message' : status;
    counts.set(what, (counts.get(what) ?? 0) + 1);
  }
  return [...counts].map(([what, count]) => ({ what, count }));
}

/** A provider's reason as a sentence of its own. */
export function sentence(reason: string): string {
  if (!reason) return '';
  const whole = reason[0]?.toUpperCase() + reason.slice(1);
  return /[.…?]$/.test(whole) ? whole : `${whole}.`;
}
