import { Trans } from '@lingui/react/macro';
import { CircleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { describeError } from '@/api/problem';
import { Button } from './Button';
import styles from './EmptyState.module.css';

interface EmptyStateProps {
  icon?: ReactNode;
  /** One sentence. */
  title: string;
  detail?: ReactNode;
  /** One action. */
  action?: ReactNode;
  /** It is all of the screen: its sentence is the page's heading. */
  page?: boolean;
}

export function EmptyState({ icon, title, detail, action, page = false }: EmptyStateProps) {
  const Title = page ? 'h1' : 'p';
  return (
    <div className={styles.empty}>
      {icon && (
        <span className={styles.icon} aria-hidden="true">
          {icon}
        </span>
      )}
      <Title className={styles.title}>{title}</Title>
      {detail && <p className={styles.detail}>{detail}</p>}
      {action}
    </div>
  );
}

/** Says what could not be loaded and why, with a button that tries again. */
export function ErrorState({
  error,
  onRetry,
  page = false,
}: {
  error: unknown;
  onRetry?: () => void;
  /** It is all of the screen. */
  page?: boolean;
}) {
  const { title, detail } = describeError(error);
  return (
    <div role="alert">
      <EmptyState
        page={page}
        icon={<CircleAlert />}
        title={title}
        detail={detail}
        action={
          onRetry && (
            <Button onClick={onRetry}>
              <Trans>Try again</Trans>
            </Button>
          )
        }
      />
    </div>
  );
}
