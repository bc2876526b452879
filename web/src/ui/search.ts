/** One entry of a list that is searched as one types. */
export interface Choice {
  id: string;
  title: string;
  /** A second, quieter line. */
  detail?: string | undefined;
  /** More text that finds the entry without being shown. */
  keywords?: string | undefined;
}

/**
 * The choices that have every word of the query, the best first: those whose title begins with it,
 * then those with a word of the title that does, then those with it inside the title, then the
 * rest. Equal ones keep their order, and an empty query keeps all.
 */
export function searched<T extends Choice>(choices: readonly T[], query: string): T[] {
  const wanted = query.trim().toLowerCase();
  if (wanted === '') return [...choices];
  const words = wanted.split(/\s+/);
  return choices
    .filter((choice) => {
      const text = `${choice.title}\n${choice.detail ?? ''}\n${choice.keywords ?? ''}`.toLowerCase();
      return words.every((word) => text.includes(word));
    })
    .map((choice) => ({ choice, rank: rankOf(choice.title.toLowerCase(), wanted) }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ choice }) => choice);
}

function rankOf(title: string, wanted: string): number {
  if (title.startsWith(wanted)) return 0;
  const at = title.indexOf(wanted);
  if (at < 0) return 3;
  return /[\p{L}\p{N}]/u.test(title[at - 1] ?? '') ? 2 : 1;
}
