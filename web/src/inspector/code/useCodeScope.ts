import { useLingui } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { functionsQuery } from '@/api/queries';
import {
  completedSample,
  type Json,
  nodeOf,
  type Path,
  type ScopeEntry,
  sampledValue,
  scopeAt,
  titleOf,
} from '@/flow-model';
import { useForm } from '../form';
import { useSample } from '../sampleChoice';
import type { CodeScope } from './scope';
import { codeWords } from './words';

/** Longer examples are cut. */
const exampleLetters = 80;

/** What can be read at a field of the form. */
export function useCodeScope(path: Path): CodeScope {
  const { flow, types, node } = useForm();
  const { i18n } = useLingui();
  const known = useSample()?.known;
  const functions = useQuery(functionsQuery).data;
  const at = path.join('/');
  // biome-ignore lint/correctness/useExhaustiveDependencies: the words are those of the language
  return useMemo(() => {
    const entries = scopeAt(flow, types, node.id, path);
    const sample = completedSample(entries, known ?? {});
    return {
      entries,
      functions: functions ?? [],
      titleOf: (id: string) => {
        const other = nodeOf(flow, id);
        return other && titleOf(other);
      },
      exampleOf: (entry: ScopeEntry) => exampleText(sampledValue(entry, sample)),
      words: codeWords(),
    };
  }, [flow, types, node.id, at, known, functions, i18n.locale]);
}

export function exampleText(value: Json | undefined): string {
  if (value === undefined || value === null || value === '') return '';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > exampleLetters ? `${text.slice(0, exampleLetters)}…` : text;
}
