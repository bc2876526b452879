import { useEffect, useRef, useState } from 'react';
import { api, type Schemas } from '@/api/client';
import type { ConfigText, Flow, Sample } from '@/flow-model';

/** What a text gave, and the text that it belongs to. */
export interface Preview extends Partial<Omit<Schemas['PreviewedText'], 'error'>> {
  source: string;
  error?: Schemas['PreviewError'];
}

/** Typing goes on for so long before the server is asked, in milliseconds. */
const pause = 250;
/** The server renders so many texts at once. */
const atOnce = 32;

/** Stands for the mask of secrets (the engine's own). */
export const mask = '••••••';

/**
 * Renders the texts of a form on the server, a moment after the last change.
 * A request that is overtaken is cancelled. Results are by the text's path.
 */
export function usePreviews(
  flow: Flow,
  texts: readonly ConfigText[],
  sample: Sample | undefined,
): ReadonlyMap<string, Preview> {
  const [previews, setPreviews] = useState<ReadonlyMap<string, Preview>>(new Map());
  const asked = texts.filter((text) => text.kind === 'expression' || text.text.includes('{{'));
  const request =
    sample && asked.length > 0 ? { texts: asked, sample, definition: definitionOf(flow) } : undefined;
  const body = request && JSON.stringify(request);
  const latest = useRef(request);
  latest.current = request;
  useEffect(() => {
    if (body === undefined) {
      setPreviews((now) => (now.size === 0 ? now : new Map()));
      return undefined;
    }
    const cancel = new AbortController();
    const timer = setTimeout(async () => {
      const given = latest.current;
      if (!given) return;
      const found = await rendered(given, cancel.signal).catch(() => undefined);
      if (found && !cancel.signal.aborted) setPreviews(found);
    }, pause);
    return () => {
      clearTimeout(timer);
      cancel.abort();
    };
  }, [body]);
  return previews;
}

interface PreviewRequest {
  texts: readonly ConfigText[];
  sample: Sample;
  definition: { [key: string]: unknown };
}

/** What the server needs of a flow to know its inputs and secrets: positions, scenarios and notes stay here. */
function definitionOf(flow: Flow): { [key: string]: unknown } {
  return {
    schema: flow.schema,
    name: 'preview',
    nodes: flow.nodes.map(({ id, type, config }) => ({ id, type, ...(config ? { config } : {}) })),
    edges: [],
  };
}

async function rendered(
  { texts, sample, definition }: PreviewRequest,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Preview>> {
  const found = new Map<string, Preview>();
  for (let from = 0; from < texts.length; from += atOnce) {
    const some = texts.slice(from, from + atOnce);
    const { data } = await api.POST('/preview', {
      signal,
      body: {
        definition,
        sample: {
          variables: sample.variables,
          steps: sample.steps,
          ...(sample.contact ? { contact: sample.contact } : {}),
          ...(sample.trigger ? { trigger: sample.trigger } : {}),
          ...(sample.runId ? { run_id: sample.runId } : {}),
          ...(sample.startedAt ? { started_at: sample.startedAt } : {}),
        },
        texts: some.map(({ kind, text }) => ({
          kind: kind === 'expression' ? kind : ('template' as const),
          text,
        })),
      },
    });
    for (const [index, result] of (data?.results ?? []).entries()) {
      const text = some[index];
      if (text) found.set(text.path.join('/'), { ...result, source: text.text } as Preview);
    }
  }
  return found;
}
