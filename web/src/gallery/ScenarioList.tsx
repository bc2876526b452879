import { Plural } from '@lingui/react/macro';
import { CircleCheck, CircleX } from 'lucide-react';
import { formatDuration, parseDuration } from '@/format/duration';
import styles from './GalleryFlowScreen.module.css';
import type { ScenarioRow } from './scenarios';

interface ScenarioListProps {
  rows: readonly ScenarioRow[];
  /** The index of the one whose way is shown. */
  chosen: number | undefined;
  onChoose(index: number): void;
}

/** The scenarios of a flow: how each ends, how long it takes, how many messages it sends. */
export function ScenarioList({ rows, chosen, onChoose }: ScenarioListProps) {
  return (
    <ul className={styles.scenarios}>
      {rows.map((row, index) => {
        const elapsed = parseDuration(row.elapsed);
        return (
          <li key={row.name}>
            <button
              type="button"
              className={styles.scenario}
              aria-pressed={index === chosen}
              onClick={() => onChoose(index)}
            >
              {row.status === 'failed' ? (
                <CircleX className={styles.failed} size={16} aria-hidden="true" />
              ) : (
                <CircleCheck className={styles.passed} size={16} aria-hidden="true" />
              )}
              <span>
                <span className={styles.name}>{row.name}</span>
                <span className={styles.facts}>
                  {row.messages !== undefined && (
                    <Plural value={row.messages} _0="No message" one="# message" other="# messages" />
                  )}
                  {elapsed !== undefined && ` · ${formatDuration(elapsed)}`}
                </span>
              </span>
            </button>
          </li>
        );
      })}
    </ul>
  );
}
