import type { ReactNode } from 'react';
import styles from './Badge.module.css';
import { classes } from './classes';

interface BadgeProps {
  tone?: 'neutral' | 'accent' | 'green' | 'amber' | 'red';
  icon?: ReactNode;
  title?: string;
  children: ReactNode;
}

/** A small state word. Its colour never stands alone. */
export function Badge({ tone = 'neutral', icon, title, children }: BadgeProps) {
  return (
    <span className={classes(styles.badge, styles[tone])} title={title}>
      {icon}
      {children}
    </span>
  );
}
