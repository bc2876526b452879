import { Tabs as Radix } from 'radix-ui';
import type { ReactNode } from 'react';
import styles from './Tabs.module.css';

export interface Tab {
  value: string;
  label: ReactNode;
  content: ReactNode;
}

interface TabsProps {
  tabs: Tab[];
  value: string;
  onChange(value: string): void;
  'aria-label': string;
}

export function Tabs({ tabs, value, onChange, ...rest }: TabsProps) {
  return (
    <Radix.Root className={styles.root} value={value} onValueChange={onChange}>
      <Radix.List className={styles.list} aria-label={rest['aria-label']}>
        {tabs.map((tab) => (
          <Radix.Trigger key={tab.value} value={tab.value} className={styles.tab}>
            {tab.label}
          </Radix.Trigger>
        ))}
      </Radix.List>
      {tabs.map((tab) => (
        <Radix.Content key={tab.value} value={tab.value} className={styles.content}>
          {tab.content}
        </Radix.Content>
      ))}
    </Radix.Root>
  );
}
