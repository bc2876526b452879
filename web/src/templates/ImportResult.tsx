import type { MessageDescriptor } from '@lingui/core';
import { i18n } from '@lingui/core';
import { msg, t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { CirclePlus, CircleSlash, Equal, type LucideIcon, RefreshCw, Unlink } from 'lucide-react';
import { Link } from 'wouter';
import { formatNumber } from '@/format/number';
import { classes } from '@/ui';
import styles from './ImportDialog.module.css';
import { TemplateStatusBadge } from './TemplateStatusBadge';
import type { TemplateImport, TemplateImportItem, TemplateStatus } from './types';

type Outcome = TemplateImportItem['outcome'];

/** In the order of what wants to be looked at. */
const outcomes: Record<Outcome, { label: MessageDescriptor; icon: LucideIcon }> = {
  skipped: { label: msg`Skipped`, icon: CircleSlash },
  gone: { label: msg`Gone at the provider`, icon: Unlink },
  updated: { label: msg`Updated`, icon: RefreshCw },
  added: { label: msg`Added`, icon: CirclePlus },
  unchanged: { label: msg`Unchanged`, icon: Equal },
};

const changeWords: Record<TemplateImportItem['changes'][number], MessageDescriptor> = {
  name: msg`name`,
  text: msg`text`,
  header: msg`header`,
  footer: msg`footer`,
  buttons: msg`buttons`,
  parameters: msg`parameters`,
  category: msg`category`,
  status: msg`status`,
  quality: msg`quality`,
  source: msg`where it comes from`,
};

/** What an import did with each template. What stayed as it was is folded away. */
export function ImportResult({ result }: { result: TemplateImport }) {
  const order = Object.keys(outcomes) as Outcome[];
  if (result.items.length === 0)
    return (
      <p className={styles.quiet}>
        <Trans>The provider lists no templates for this account.</Trans>
      </p>
    );
  return (
    <>
      <ul className={styles.counts}>
        {[...order].reverse().map((outcome) => (
          <li key={outcome} className={classes(styles.count, result.counts[outcome] === 0 && styles.none)}>
            <b>{formatNumber(result.counts[outcome])}</b> {i18n._(outcomes[outcome].label)}
          </li>
        ))}
      </ul>
      {order.map((outcome) => {
        const items = result.items.filter((item) => item.outcome === outcome);
        if (items.length === 0) return null;
        const { label, icon: Icon } = outcomes[outcome];
        const count = formatNumber(items.length);
        const heading = (
          <>
            <Icon size={14} aria-hidden="true" /> {i18n._(label)} <span>{count}</span>
          </>
        );
        return outcome === 'unchanged' ? (
          <details key={outcome} className={styles.group}>
            <summary className={styles.heading}>{heading}</summary>
            <Items items={items} />
          </details>
        ) : (
          <section key={outcome} className={styles.group}>
            <h3 className={styles.heading}>{heading}</h3>
            <Items items={items} />
          </section>
        );
      })}
    </>
  );
}

function Items({ items }: { items: readonly TemplateImportItem[] }) {
  return (
    <ul className={styles.items}>
      {items.map((item) => (
        <Item key={`${item.name} ${item.language} ${item.slug}`} item={item} />
      ))}
    </ul>
  );
}

function Item({ item }: { item: TemplateImportItem }) {
  const changes = item.changes.map((change) => i18n._(changeWords[change])).join(', ');
  return (
    <li className={styles.item}>
      <div className={styles.name}>
        {item.template_id ? <Link href={`/templates/${item.template_id}`}>{item.name}</Link> : item.name}
        <span className={styles.language}>{item.language}</span>
        {item.slug && item.slug !== item.name && <code>{item.slug}</code>}
      </div>
      {item.status && (
        <TemplateStatusBadge
          template={{
            status: item.status as TemplateStatus,
            status_reason: '',
            gone_at: item.outcome === 'gone' ? '-' : null,
          }}
        />
      )}
      {(changes || item.reason) && (
        <p className={styles.detail}>{changes ? t`Changed: ${changes}` : item.reason}</p>
      )}
    </li>
  );
}
