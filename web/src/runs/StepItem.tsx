import { Trans, useLingui } from '@lingui/react/macro';
import { ChevronDown } from 'lucide-react';
import { type ReactNode, useId } from 'react';
import { NamedIcon } from '@/canvas/icons';
import { formatDuration } from '@/format/duration';
import { formatClock, formatFull } from '@/format/moment';
import { words } from '@/format/words';
import { classes } from '@/ui';
import { MessageCard } from './MessageCard';
import { LeftUntil } from './RunTime';
import type { ValueAt } from './replay';
import { SendsAt } from './SendsAt';
import styles from './StepItem.module.css';
import { StepValues } from './StepValues';
import { offset, type StepRow } from './steps';
import { ValueTable } from './ValueTable';
import { WhyLeft } from './WhyLeft';

interface StepItemProps {
  row: StepRow;
  open: boolean;
  /** The variables at this step; without them, what it set. */
  values?: readonly ValueAt[] | undefined;
  /** The run's deadline, for the step that it waits in. */
  dueAt: string | null;
  /** What stands in place of the time that is left, where time is not the real one. */
  waiting?: ReactNode;
  onToggle(): void;
}

/** One step of a run; opened, it shows what went in, what came out and what was ignored. */
export function StepItem({ row, values, open, dueAt, waiting, onToggle }: StepItemProps) {
  const { t } = useLingui();
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
              {waiting ??
                (row.sendsAt ? (
                  <SendsAt at={row.sendsAt} />
                ) : (
                  <Trans>
                    Waiting, <LeftUntil due={step.due_at ?? dueAt} />
                  </Trans>
                ))}
            </span>
          ) : (
            <span className={classes(styles.exit, row.failure && styles.failure)}>
              {row.exit ? (step.to ? row.exit : t`${row.exit}, end of the run`) : t`Ended here`}
            </span>
          )}
        </span>
        <span className={styles.when}>
          <time dateTime={step.entered_at} title={formatFull(step.entered_at)}>
            {offset(row.at)}
          </time>
          {row.stayed !== undefined && row.stayed >= 100 && (
            <span className={styles.stayed}>
              <Trans>for {formatDuration(row.stayed)}</Trans>
            </span>
          )}
        </span>
        <ChevronDown className={styles.chevron} size={14} aria-hidden="true" />
      </button>
      <div id={details} hidden={!open} className={styles.details}>
        {open && <Details row={row} values={values} />}
      </div>
    </li>
  );
}

function Details({ row, values }: { row: StepRow; values: readonly ValueAt[] | undefined }) {
  const { t } = useLingui();
  const { step, detour, messages, typeTitle } = row;
  return (
    <>
      <p className={styles.fact}>
        {step.left_at ? (
          <Trans>
            {typeTitle}, entered {formatClock(step.entered_at)}, left {formatClock(step.left_at)}
          </Trans>
        ) : (
          <Trans>
            {typeTitle}, entered {formatClock(step.entered_at)}
          </Trans>
        )}
      </p>
      <p className={styles.fact}>
        <WhyLeft step={step} />
      </p>
      {detour && <p className={styles.fact}>{detour}.</p>}
      {messages.map((message) => (
        <MessageCard key={message.id} message={message} />
      ))}
      {values ? (
        <StepValues values={values} />
      ) : (
        Object.keys(step.values).length > 0 && <ValueTable label={t`Set here`} values={step.values} />
      )}
      {Object.keys(step.outputs).length > 0 && <ValueTable label={t`Outputs`} values={step.outputs} />}
      {step.statuses.length > 0 && (
        <div>
          <h3 className={styles.label}>
            <Trans>What the run heard of its message</Trans>
          </h3>
          <ul className={styles.ignored}>
            {step.statuses.map((status) => (
              <li key={`${status.at} ${status.status}`}>
                {formatClock(status.at)} {words(status.status)}{' '}
                <span>{[status.code, status.reason].filter(Boolean).join(': ')}</span>
              </li>
            ))}
          </ul>
        </div>
      )}
      {step.ignored.length > 0 && (
        <div>
          <h3 className={styles.label}>
            <Trans>Came too late to count</Trans>
          </h3>
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
