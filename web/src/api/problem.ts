import { t } from '@lingui/core/macro';
import { problemInLanguage } from '@/i18n/server/answers';

/** One field's problem inside a problem+json answer. */
export interface FieldProblem {
  /** JSON pointer or name of the field. */
  field: string;
  code: string;
  message: string;
  hint?: string;
}

/** An RFC 9457 answer of the server. `body` keeps its extra members. */
export class ApiError extends Error {
  readonly status: number;
  /** Stable machine-readable name of the error. */
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  readonly hint: string;
  readonly fields: FieldProblem[];
  readonly body: Record<string, unknown>;

  constructor(status: number, body: unknown) {
    const problem = isRecord(body) ? problemInLanguage(body) : {};
    const title = text(problem.title) || fallbackTitle(status);
    super(text(problem.detail) || title);
    this.name = 'ApiError';
    this.status = status;
    this.code = text(problem.code) || String(status);
    this.title = title;
    this.detail = text(problem.detail);
    this.hint = text(problem.hint);
    this.fields = Array.isArray(problem.errors) ? problem.errors.filter(isRecord).map(toFieldProblem) : [];
    this.body = problem;
  }
}

/** The server could not be reached at all. */
export class OfflineError extends Error {
  constructor(cause: unknown) {
    super(t`The server cannot be reached.`, { cause });
    this.name = 'OfflineError';
  }
}

/** What a refused form got wrong, by field, each with its hint; empty for any other error. */
export function fieldMessages(error: unknown): Record<string, string> {
  if (!(error instanceof ApiError)) return {};
  return Object.fromEntries(
    error.fields.map(({ field, message, hint }) => [field, [message, hint].filter(Boolean).join(' ')]),
  );
}

/** Makes any error two sentences for a person: what happened, and what to do. */
export function describeError(error: unknown): { title: string; detail?: string } {
  if (error instanceof ApiError) {
    const lines = [error.detail === error.title ? '' : error.detail, error.hint];
    if (error.fields.length > 0 && !error.detail) lines.unshift(error.fields.map((f) => f.message).join(' '));
    const detail = lines.filter(Boolean).join(' ');
    return detail ? { title: error.title, detail } : { title: error.title };
  }
  if (error instanceof OfflineError) {
    return {
      title: t`The server cannot be reached`,
      detail: t`Check your connection and that the server is running, then try again.`,
    };
  }
  return {
    title: t`Something went wrong in this page`,
    detail: error instanceof Error ? error.message : String(error),
  };
}

function fallbackTitle(status: number): string {
  if (status === 401) return t`You are signed out`;
  if (status === 403) return t`You may not do this`;
  if (status === 404) return t`This does not exist, or no longer does`;
  if (status === 429) return t`Too many requests at once`;
  if (status >= 500) return t`The server has a problem`;
  return t`The server refused this (${status})`;
}

function toFieldProblem(entry: Record<string, unknown>): FieldProblem {
  const hint = text(entry.hint);
  return {
    field: text(entry.field) || text(entry.pointer).split('/').pop() || '',
    code: text(entry.code),
    message: text(entry.message) || text(entry.detail),
    ...(hint ? { hint } : {}),
  };
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
