import { useLingui } from '@lingui/react/macro';
import { type ThemeChoice, useTheme } from '@/app/theme';
import { LanguageSelect } from '@/i18n';
import { Segmented } from '@/ui';
import { Section } from './Section';
import styles from './Settings.module.css';

export function AppearanceSection() {
  const { t } = useLingui();
  const { choice, choose } = useTheme();
  return (
    <Section title={t`Appearance and language`} about={t`For this browser only.`}>
      <div className={styles.buttons}>
        <Segmented
          aria-label={t`Theme`}
          value={choice}
          onChange={(value) => choose(value as ThemeChoice)}
          options={[
            { value: 'system', label: t`As the system` },
            { value: 'light', label: t`Light` },
            { value: 'dark', label: t`Dark` },
          ]}
        />
        <LanguageSelect className={styles.language} />
      </div>
    </Section>
  );
}
