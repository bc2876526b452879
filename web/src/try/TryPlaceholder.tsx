import { Skeleton } from '@/ui';
import styles from './TryPanel.module.css';

/** Stands where the panel will be, so that the canvas does not jump. */
export function TryPlaceholder() {
  return (
    <aside className={styles.panel} aria-busy="true">
      <div className={styles.inputs}>
        <Skeleton height={32} />
        <Skeleton height={52} />
        <Skeleton height={52} />
      </div>
    </aside>
  );
}
