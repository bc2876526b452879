import { Trans, useLingui } from '@lingui/react/macro';
import type { ValueAt } from './replay';
import styles from './ValueTable.module.css';
import { wordless } from './valueText';

/** The variables at one step: what it changed stands first, with what it was. */
export function StepValues({ values }: { values: readonly ValueAt[] }) {
  const { t } = useLingui();
  if (values.length === 0) return null;
  const ordered = [
    ...values.filter(({ change }) => change !== 'same'),
    ...values.filter(({ change }) => change === 'same'),
  ];
  return (
    <div>
      <h3 className={styles.label}>
        <Trans>Variables then</Trans>
      </h3>
      <dl className={styles.values} aria-label={t`Variables then`}>
        {ordered.map(({ name, before, after, change }) => (
          <div key={name} className={styles.row} data-change={change}>
            <dt>{name}</dt>
            <dd>
              {change === 'changed' && (
                <>
                  <del>{wordless(before)}</del>
                  <span aria-hidden="true"> → </span>
                  <span className="visually-hidden">
                    {' '}
                    <Trans>became</Trans>{' '}
                  </span>
                </>
              )}
              {change === 'same' ? wordless(after) : <ins>{wordless(after)}</ins>}
              {change === 'added' && (
                <span className={styles.empty}>
                  {' '}
                  <Trans>set here</Trans>
                </span>
              )}
            </dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
