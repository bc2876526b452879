import { ChevronDown } from 'lucide-react';
import { type ReactNode, useId } from 'react';
import { NamedIcon } from '@/canvas/icons';
import { formatDuration } from '@/format/duration';
import { formatClock, formatFull } from '@/format/moment';
import { words } from '@/format/words';
import { classes } from '@/ui';
import { MessageCard } from './MessageCard';
import { LeftUntil } from './RunTime';
import styles from './StepItem.module.css';
import { offset, type StepRow } from './steps';
import { ValueTable } from './ValueTable';

interface StepItemProps {
  row: StepRow;
  open: boolean;
  /** The run's deadline, for the step that it waits in. */
  dueAt: string | null;
  /** What stands in place of the time that is left, where time is not the real one. */
  waiting?: ReactNode;
  onToggle(): void;
}

/** One step of a run; opened, it shows what went in, what came out and what was ignored. */
export function StepItem({ row, open, dueAt, waiting, onToggle }: StepItemProps) {
  const details = useId();
  const { step } = row;
  return (
    <li className={classes(styles.item, row.current && styles.current)} data-hue={row.hue}>
      <button
        type="button"
        className={styles.head}
        aria-expanded={open}
        aria-controls={details}
        onClick={onToggle}
      >
        <span className={styles.icon}>
          <NamedIcon name={row.icon} size={15} />
        </span>
        <span className={styles.main}>
          <span className={styles.title}>{row.title}</span>
          {row.current ? (
            <span className={styles.waits}>
              {waiting ?? (
                <>
                  Waiting, <LeftUntil due={step.due_at ?? dueAt} />
                </>
              )}
            </span>
          ) : (
            <span className={classes(styles.exit, row.failure && styles.failure)}>
              {row.exit || 'Ended here'}
              {row.exit && !step.to && ', end of the run'}
            </span>
          )}
        </span>
        <span className={styles.when}>
          <time dateTime={step.entered_at} title={formatFull(step.entered_at)}>
            {offset(row.at)}
          </time>
          {row.stayed !== undefined && row.stayed >= 100 && (
            <span className={styles.stayed}>for {formatDuration(row.stayed)}</span>
          )}
        </span>
        <ChevronDown className={styles.chevron} size={14} aria-hidden="true" />
      </button>
      <div id={details} hidden={!open} className={styles.details}>
        {open && <Details row={row} />}
      </div>
    </li>
  );
}

function Details({ row }: { row: StepRow }) {
  const { step, detour, messages, typeTitle } = row;
  return (
    <>
      <p className={styles.fact}>
        {typeTitle}, entered {formatClock(step.entered_at)}
        {step.left_at && `, left ${formatClock(step.left_at)}`}
      </p>
      {detour && <p className={styles.fact}>{detour}.</p>}
      {messages.map((message) => (
        <MessageCard key={message.id} message={message} />
      ))}
      {Object.keys(step.values).length > 0 && <ValueTable label="Set here" values={step.values} />}
      {Object.keys(step.outputs).length > 0 && <ValueTable label="Outputs" values={step.outputs} />}
      {step.ignored.length > 0 && (
        <div>
          <h3 className={styles.label}>Came too late to count</h3>
          <ul className={styles.ignored}>
            {step.ignored.map((event) => (
              <li key={`${event.at} ${event.status ?? ''} ${event.reason}`}>
                {formatClock(event.at)} {event.status ? words(event.status) : ''} <span>{event.reason}</span>
              </li>
            ))}
          </ul>
        </div>
      )}
    </>
  );
}
