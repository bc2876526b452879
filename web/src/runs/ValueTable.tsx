import { valueRows } from './steps';
import styles from './ValueTable.module.css';

/** Names and values; secret ones come masked from the server. */
export function ValueTable({
  label,
  values,
  empty,
}: {
  label: string;
  values: Record<string, unknown>;
  empty?: string;
}) {
  const rows = valueRows(values);
  return (
    <div>
      <h3 className={styles.label}>{label}</h3>
      {rows.length === 0 && empty && <p className={styles.empty}>{empty}</p>}
      <dl className={styles.values}>
        {rows.map(({ name, value }) => (
          <div key={name} className={styles.row}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
