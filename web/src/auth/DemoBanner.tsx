import { Trans, useLingui } from '@lingui/react/macro';
import { FlaskConical } from 'lucide-react';
import styles from './DemoBanner.module.css';

/** Says in a demo workspace what is not real. */
export function DemoBanner() {
  const { t } = useLingui();
  return (
    <aside className={styles.banner} aria-label={t`About this workspace`}>
      <FlaskConical size={14} aria-hidden="true" />
      <span>
        <Trans>
          Demo workspace: this machine is signed in by itself, and messages go to simulated phones, not to
          people.
        </Trans>
      </span>
    </aside>
  );
}
