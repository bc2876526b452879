import { Trans, useLingui } from '@lingui/react/macro';
import { FlaskConical, Pin } from 'lucide-react';
import { classes } from '@/ui';
import styles from './Marks.module.css';
import { useNodeMark } from './overlay';

/** What an overlay says about a node, on the upper edge of its card. */
export function Marks({ nodeId }: { nodeId: string }) {
  const { tone, badge, icon: Icon, help, pinned, mocked } = useNodeMark(nodeId);
  const { t } = useLingui();
  const hasBadge = badge !== undefined || Icon !== undefined;
  if (!hasBadge && !pinned && !mocked) return null;
  return (
    <div className={styles.marks}>
      {mocked && (
        <span className={styles.mark} title={t`Its result is made up for tries.`}>
          <FlaskConical size={11} aria-hidden="true" />
          <Trans>Mocked</Trans>
        </span>
      )}
      {pinned && (
        <span className={styles.mark} title={t`Its result is kept for the next tries.`}>
          <Pin size={11} aria-hidden="true" />
          <Trans>Pinned</Trans>
        </span>
      )}
      {hasBadge && (
        <span className={classes(styles.mark, tone && styles[tone])} title={help}>
          {Icon && <Icon size={11} aria-hidden="true" />}
          {badge ?? <span className="visually-hidden">{help}</span>}
        </span>
      )}
    </div>
  );
}
