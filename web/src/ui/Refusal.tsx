import { describeError } from '@/api/problem';
import styles from './Refusal.module.css';

/** Says beside a form or button what the server refused, why, and what to do. Nothing without an error. */
export function Refusal({ error, fallback }: { error: Error | null | undefined; fallback?: string }) {
  if (!error) return null;
  const { title, detail = fallback } = describeError(error);
  return (
    <p role="alert" className={styles.refusal}>
      <b>{/[.?!]$/.test(title) ? title : `${title}.`}</b> {detail}
    </p>
  );
}
