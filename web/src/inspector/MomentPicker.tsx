import { Trans, useLingui } from '@lingui/react/macro';
import { CalendarClock } from 'lucide-react';
import { useRef } from 'react';
import type { Path } from '@/flow-model';
import { formatFull } from '@/format/moment';
import { IconButton } from '@/ui';
import { useField, useForm } from './form';
import styles from './form.module.css';
import { localOf, momentOf } from './moment';

/** Opens the browser's own picker of a date and a time, and writes the moment as the flow keeps it: in UTC. */
export function MomentPicker({ path, label }: { path: Path; label: string }) {
  const { t } = useLingui();
  const { readOnly } = useForm();
  const { value, change } = useField(path);
  const input = useRef<HTMLInputElement>(null);
  if (readOnly) return null;
  return (
    <span className={styles.momentPicker}>
      <input
        ref={input}
        type="datetime-local"
        tabIndex={-1}
        aria-hidden="true"
        value={localOf(typeof value === 'string' ? value : '')}
        onChange={(event) => change(momentOf(event.target.value))}
      />
      <IconButton
        size="small"
        label={t`Pick a time for ${label}`}
        onClick={() => input.current?.showPicker()}
      >
        <CalendarClock />
      </IconButton>
    </span>
  );
}

/** What a moment that is written out is in the reader's time zone. */
export function MomentWords({ path }: { path: Path }) {
  const { value } = useField(path);
  const local = localOf(typeof value === 'string' ? value : '');
  if (local === '') return null;
  const moment = formatFull(new Date(local).toISOString());
  return (
    <p className={styles.momentWords} data-testid="moment-words">
      <Trans>{moment} in your time zone</Trans>
    </p>
  );
}
