import { parentOf, type Row } from './rows';

/** What a key does in the outline. */
export type Step =
  | { to: number }
  | { fold: string }
  | { unfold: string }
  /** Opens a node's form, or goes where a port leads. */
  | 'enter'
  | 'menu';

/** What a key means on a row, as in every tree (ARIA Authoring Practices, "Tree View"). */
export function stepFor(
  key: string,
  rows: readonly Row[],
  index: number,
  folded: ReadonlySet<string>,
): Step | undefined {
  const row = rows[index];
  if (!row) return undefined;
  switch (key) {
    case 'ArrowDown':
      return index + 1 < rows.length ? { to: index + 1 } : undefined;
    case 'ArrowUp':
      return index > 0 ? { to: index - 1 } : undefined;
    case 'Home':
      return { to: 0 };
    case 'End':
      return { to: rows.length - 1 };
    case 'ArrowRight':
      if (!row.parent) return undefined;
      return folded.has(row.key) ? { unfold: row.key } : { to: index + 1 };
    case 'ArrowLeft': {
      if (row.parent && !folded.has(row.key)) return { fold: row.key };
      const above = parentOf(rows, index);
      return above === undefined ? undefined : { to: above };
    }
    case 'Enter':
      return 'enter';
    case 'ContextMenu':
      return 'menu';
    default:
      return undefined;
  }
}
