import { shownLocale } from './locale';

/** Joins words to a list: "a, b and c", or "a, b or c". */
export function formatList(items: Iterable<string>, type: 'and' | 'or' = 'and'): string {
  return new Intl.ListFormat(shownLocale(), {
    type: type === 'and' ? 'conjunction' : 'disjunction',
  }).format(items);
}
