import { useLingui } from '@lingui/react/macro';
import { ArrowLeft } from 'lucide-react';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import styles from './FlowBar.module.css';

interface FlowBarProps {
  flowId: string;
  name: ReactNode;
  /** What of the flow is shown, beside its name. */
  what: ReactNode;
  /** A line below. */
  detail?: ReactNode;
  children: ReactNode;
}

/** The head of a screen about a flow other than its editor: the way back, whose it is, and its controls. */
export function FlowBar({ flowId, name, what, detail, children }: FlowBarProps) {
  const { t } = useLingui();
  return (
    <header className={styles.bar}>
      <Link href={`/flows/${flowId}`} className={styles.back} aria-label={t`Back to the draft`}>
        <ArrowLeft size={16} aria-hidden="true" />
      </Link>
      <div className={styles.name}>
        <h1>
          {name} <span className={styles.what}>{what}</span>
        </h1>
        {detail && <p className={styles.detail}>{detail}</p>}
      </div>
      {children}
    </header>
  );
}
