import { Trans } from '@lingui/react/macro';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { classes } from './classes';
import { Skeleton } from './Skeleton';
import styles from './Table.module.css';

export interface Column<Row> {
  /** Identifies the column; also its head unless `head` is given. */
  name: string;
  head?: ReactNode;
  /** CSS width; columns without one share what is left. */
  width?: number | string;
  align?: 'end';
  /** Leaves the column out on narrow screens. */
  wideOnly?: boolean;
  cell(row: Row): ReactNode;
}

interface TableProps<Row> {
  /** Names the table for assistive technology. */
  label: string;
  columns: Column<Row>[];
  /** Undefined while loading: skeleton rows hold the place. */
  rows: Row[] | undefined;
  rowKey(row: Row): string;
  /** Where a row leads; the first cell becomes the link, and the whole row its target. */
  href?(row: Row): string;
  /** At the end of each row, above the row's link: a menu. */
  actions?(row: Row): ReactNode;
  /** Dims the rows while other ones are on their way. */
  stale?: boolean;
}

/** A list of things in rows; on narrow screens each row becomes a card. */
export function Table<Row>({ label, columns, rows, rowKey, href, actions, stale = false }: TableProps<Row>) {
  return (
    <div className={styles.frame}>
      <table
        className={classes(styles.table, stale && styles.stale)}
        aria-label={label}
        aria-busy={rows === undefined || stale}
      >
        <thead>
          <tr>
            {columns.map((column) => (
              <th
                key={column.name}
                scope="col"
                style={column.width === undefined ? undefined : { width: column.width }}
                className={classes(column.align && styles.end, column.wideOnly && styles.wideOnly)}
              >
                {column.head ?? column.name}
              </th>
            ))}
            {actions && (
              <th scope="col" className={styles.actionsHead}>
                <span className="visually-hidden">
                  <Trans>Actions</Trans>
                </span>
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {rows === undefined
            ? [0, 1, 2, 3, 4].map((row) => (
                <tr key={row}>
                  {columns.map((column) => (
                    <td key={column.name} className={classes(column.wideOnly && styles.wideOnly)}>
                      <Skeleton width="70%" height={14} />
                    </td>
                  ))}
                  {actions && <td className={styles.actions} />}
                </tr>
              ))
            : rows.map((row) => (
                <tr key={rowKey(row)} className={classes(Boolean(href) && styles.linked)}>
                  {columns.map((column, index) => (
                    <td
                      key={column.name}
                      className={classes(column.align && styles.end, column.wideOnly && styles.wideOnly)}
                    >
                      {index === 0 && href ? (
                        <Link href={href(row)} className={styles.link}>
                          {column.cell(row)}
                        </Link>
                      ) : (
                        column.cell(row)
                      )}
                    </td>
                  ))}
                  {actions && <td className={styles.actions}>{actions(row)}</td>}
                </tr>
              ))}
        </tbody>
      </table>
    </div>
  );
}
