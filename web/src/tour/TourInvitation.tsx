import { Trans, useLingui } from '@lingui/react/macro';
import { useLocation } from 'wouter';
import { useMay } from '@/app/SessionGate';
import { Button } from '@/ui';
import { useTour } from './state';
import styles from './Tour.module.css';

/** Offers the tour to people who have not taken it; on the list of flows, in nobody's way. */
export function TourInvitation() {
  const { t } = useLingui();
  const [, navigate] = useLocation();
  const mayEdit = useMay('editor');
  const { status, start, dismiss } = useTour();
  if (status !== 'new' || !mayEdit) return null;
  return (
    <aside className={styles.invitation} aria-label={t`New here?`}>
      <p>
        <Trans>
          <strong>New here?</strong> The tour takes you from an empty page to a message on a phone, in about
          two minutes.
        </Trans>
      </p>
      <div className={styles.buttons}>
        <Button size="small" onClick={dismiss}>
          <Trans>Not now</Trans>
        </Button>
        <Button
          size="small"
          variant="primary"
          onClick={() => {
            start();
            navigate('/gallery');
          }}
        >
          <Trans>Take the tour</Trans>
        </Button>
      </div>
    </aside>
  );
}
