import { type ThemeChoice, useTheme } from '@/app/theme';
import { Segmented } from '@/ui';
import { Section } from './Section';
import styles from './Settings.module.css';

export function AppearanceSection() {
  const { choice, choose } = useTheme();
  return (
    <Section title="Appearance" about="For this browser only.">
      <div className={styles.buttons}>
        <Segmented
          aria-label="Theme"
          value={choice}
          onChange={(value) => choose(value as ThemeChoice)}
          options={[
            { value: 'system', label: 'As the system' },
            { value: 'light', label: 'Light' },
            { value: 'dark', label: 'Dark' },
          ]}
        />
      </div>
    </Section>
  );
}
