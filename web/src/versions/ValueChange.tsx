import { Trans } from '@lingui/react/macro';
import { wordDiff } from '@/flow-model';
import styles from './Changes.module.css';

/** What a value was and is; long texts word by word. Empty stands for no value. */
export function ValueChange({ before, after }: { before: string; after: string }) {
  const isText = before !== '' && after !== '' && /\s/.test(before + after);
  if (isText) {
    return (
      <p className={styles.text}>
        {wordDiff(before, after).map((piece, index) => {
          // biome-ignore lint/suspicious/noArrayIndexKey: pieces have nothing but their place
          if (piece.kind === 'removed') return <del key={index}>{piece.text}</del>;
          // biome-ignore lint/suspicious/noArrayIndexKey: as above
          if (piece.kind === 'added') return <ins key={index}>{piece.text}</ins>;
          // biome-ignore lint/suspicious/noArrayIndexKey: as above
          return <span key={index}>{piece.text}</span>;
        })}
      </p>
    );
  }
  return (
    <p className={styles.text}>
      {before === '' ? (
        <span className={styles.nothing}>
          <Trans>nothing</Trans>
        </span>
      ) : (
        <del>{before}</del>
      )}
      <span className={styles.arrow} aria-hidden="true">
        {' → '}
      </span>
      <span className="visually-hidden">
        {' '}
        <Trans>became</Trans>{' '}
      </span>
      {after === '' ? (
        <span className={styles.nothing}>
          <Trans>nothing</Trans>
        </span>
      ) : (
        <ins>{after}</ins>
      )}
    </p>
  );
}
