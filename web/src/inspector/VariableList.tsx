import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import type { ScopeEntry } from '@/flow-model';
import { classes } from '@/ui';
import { codeWords, typeWords } from './code/words';
import styles from './variables.module.css';

function groupTitle(group: ScopeEntry['group']): string {
  return codeWords().groups[group];
}

/** The entries whose name or place contains the words of the query. */
export function matching(entries: readonly ScopeEntry[], query: string): ScopeEntry[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  return entries.filter((entry) => {
    const source = entry.group === 'run' ? '' : entry.source;
    const text = `${entry.expression} ${source}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

interface VariableListProps {
  id: string;
  entries: ScopeEntry[];
  active: number;
  onActive(index: number): void;
  onPick(entry: ScopeEntry): void;
}

/** What can be inserted, by where it comes from. Focus stays in the field that drives it. */
export function VariableList({ id, entries, active, onActive, onPick }: VariableListProps) {
  if (entries.length === 0)
    return (
      <p className={styles.none}>
        <Trans>Nothing by that name is set before this node.</Trans>
      </p>
    );
  return (
    <div className={styles.list} role="listbox" id={id} aria-label={t`Variables`} tabIndex={-1}>
      {entries.map((entry, index) => {
        const before = entries[index - 1];
        const section = entry.group === 'steps' ? entry.source : groupTitle(entry.group);
        const beforeSection = before && (before.group === 'steps' ? before.source : groupTitle(before.group));
        return (
          <div key={entry.expression}>
            {section !== beforeSection && <p className={styles.section}>{section}</p>}
            {/* biome-ignore lint/a11y/useKeyWithClickEvents: the field that drives the list has the keys */}
            <div
              role="option"
              id={`${id}-${index}`}
              aria-selected={index === active}
              aria-label={entry.expression}
              tabIndex={-1}
              className={classes(styles.entry, index === active && styles.active)}
              title={entry.help || undefined}
              ref={index === active ? scrollIntoView : undefined}
              onMouseMove={() => onActive(index)}
              // The field must keep its focus and caret.
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => onPick(entry)}
            >
              <span className={styles.name}>{entry.name}</span>
              {!entry.definite && (
                <span className={styles.maybe}>
                  <Trans>may be empty</Trans>
                </span>
              )}
              {entry.secret && (
                <span className={styles.maybe}>
                  <Trans>secret</Trans>
                </span>
              )}
              <span className={styles.type}>{typeWords(entry.type)}</span>
              {(entry.group === 'inputs' || entry.group === 'variables') && (
                <span className={styles.source}>
                  <Trans>set by {entry.source}</Trans>
                </span>
              )}
            </div>
          </div>
        );
      })}
    </div>
  );
}

function scrollIntoView(element: HTMLElement | null): void {
  element?.scrollIntoView?.({ block: 'nearest' });
}
