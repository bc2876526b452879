import { i18n } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import { CircleAlert, Info, TriangleAlert } from 'lucide-react';
import styles from './DiagnosticList.module.css';
import type { Diagnostic } from './types';

const looks = {
  error: { icon: CircleAlert, word: msg`Error`, style: styles.error },
  warning: { icon: TriangleAlert, word: msg`Warning`, style: styles.warning },
  info: { icon: Info, word: msg`Note`, style: styles.info },
};
const order = { error: 0, warning: 1, info: 2 };

/** What is wrong with a flow, the gravest first, each with its place and what to do. */
export function DiagnosticList({ diagnostics }: { diagnostics: readonly Diagnostic[] }) {
  const sorted = diagnostics
    .map((diagnostic, index) => ({ diagnostic, key: `${index} ${diagnostic.code} ${diagnostic.pointer}` }))
    .sort((a, b) => order[a.diagnostic.severity] - order[b.diagnostic.severity]);
  return (
    <ul className={styles.list}>
      {sorted.map(({ diagnostic: { severity, node, pointer, message, hint }, key }) => {
        const { icon: Icon, word, style } = looks[severity];
        return (
          <li key={key} className={styles.item}>
            <span className={style}>
              <Icon size={15} aria-hidden="true" />
              <span className="visually-hidden">{i18n._(word)}: </span>
            </span>
            <div className={styles.text}>
              <p>{message}</p>
              {hint && <p className={styles.hint}>{hint}</p>}
              {(node || pointer) && <p className={styles.place}>{node ? `${node}  ${pointer}` : pointer}</p>}
            </div>
          </li>
        );
      })}
    </ul>
  );
}
