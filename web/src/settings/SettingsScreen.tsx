import { t } from '@lingui/core/macro';
import { useMay } from '@/app/SessionGate';
import { Page } from '@/ui';
import { AccountSection } from './AccountSection';
import { ApiKeysSection } from './ApiKeysSection';
import { AppearanceSection } from './AppearanceSection';
import styles from './Settings.module.css';
import { TriggerSection } from './TriggerSection';
import { WorkspaceSection } from './WorkspaceSection';

/** `/settings`: the person, the workspace, and how programs get in. */
export function SettingsScreen() {
  const admin = useMay('admin');
  return (
    <Page title={t`Settings`}>
      <div className={styles.sections}>
        <AccountSection />
        <AppearanceSection />
        <WorkspaceSection may={admin} />
        {admin && <ApiKeysSection />}
        <TriggerSection />
      </div>
    </Page>
  );
}
