import { MessageSquareText } from 'lucide-react';
import type { ReactNode } from 'react';
import { LanguageSelect } from '@/i18n';
import { useDocumentTitle } from '@/ui';
import styles from './AuthCard.module.css';

/** The frame of the screens before somebody is signed in. */
export function AuthCard({
  title,
  intro,
  children,
}: {
  title: string;
  intro?: ReactNode;
  children: ReactNode;
}) {
  useDocumentTitle(title);
  return (
    <main className={styles.screen}>
      <div className={styles.card}>
        <span className={styles.brand} aria-hidden="true">
          <MessageSquareText size={20} />
        </span>
        <h1 className={styles.title}>{title}</h1>
        {intro && <p className={styles.intro}>{intro}</p>}
        {children}
      </div>
      <LanguageSelect className={styles.language} />
    </main>
  );
}
