import { useLingui } from '@lingui/react/macro';
import {
  ChevronRight,
  CircleAlert,
  CircleStop,
  CornerDownRight,
  CornerUpLeft,
  Ellipsis,
  Plus,
} from 'lucide-react';
import { type CSSProperties, memo } from 'react';
import { cardOf } from '@/canvas/cards';
import { NamedIcon } from '@/canvas/icons';
import type { MenuAnchor } from '@/editor/CanvasMenu';
import { useEditor, useEditorState } from '@/editor/context';
import { classes } from '@/ui';
import styles from './Outline.module.css';
import { jumpRow, type NodeRow, type PortRow, type Row } from './rows';

interface OutlineRowProps {
  row: Row & { position: number; siblings: number };
  /** The one row that Tab comes to. */
  focusable: boolean;
  folded: boolean;
  onChoose(): void;
  onEnter(): void;
  onFold(): void;
  onMenu(place: MenuAnchor): void;
}

/** Deeper rows are not indented further: text needs room too. */
const deepest = 8;

/** One node or port in the list. */
export const OutlineRow = memo(
  function OutlineRow(props: OutlineRowProps) {
    const { row, focusable, folded, onChoose, onFold, onEnter } = props;
    const selected = useEditorState((state) => isSelected(state.selection, row));
    const port =
      row.kind === 'port' && !row.jump ? { 'data-node': row.from, 'data-port': row.port.name } : {};
    return (
      // biome-ignore lint/a11y/useKeyWithClickEvents: the list takes the keys
      <div
        role="treeitem"
        className={classes(styles.row, styles[row.kind], selected && styles.selected)}
        style={{ '--depth': Math.min(row.level, deepest) - 1 } as CSSProperties}
        tabIndex={focusable ? 0 : -1}
        aria-level={row.level}
        aria-posinset={row.position}
        aria-setsize={row.siblings}
        aria-selected={selected}
        aria-expanded={row.parent ? !folded : undefined}
        data-row={row.key}
        {...port}
        onFocus={(event) => event.target === event.currentTarget && onChoose()}
        onClick={(event) => event.currentTarget.focus()}
        onDoubleClick={onEnter}
      >
        {row.parent ? (
          <button type="button" tabIndex={-1} className={styles.fold} aria-hidden="true" onClick={onFold}>
            <ChevronRight size={14} className={folded ? undefined : styles.unfolded} />
          </button>
        ) : (
          <span className={styles.fold} />
        )}
        {row.kind === 'node' ? <NodePart {...props} row={row} /> : <PortPart {...props} row={row} />}
      </div>
    );
  },
  (a, b) =>
    a.focusable === b.focusable &&
    a.folded === b.folded &&
    (a.row === b.row || JSON.stringify(a.row) === JSON.stringify(b.row)),
);

function NodePart({ row, onMenu }: OutlineRowProps & { row: NodeRow }) {
  const { t } = useLingui();
  const { mayEdit, store } = useEditor();
  const flow = useEditorState((state) => state.flow);
  const types = useEditorState((state) => state.types);
  const diagnostics = useEditorState((state) => state.diagnostics);
  const about = diagnostics.filter((found) => found.node === row.node.id);
  const card = cardOf(row.node, flow, types, about);
  const [problem] = card.errors;
  return (
    <>
      <span className={styles.icon} data-hue={card.hue}>
        <NamedIcon name={card.icon} size={16} />
      </span>
      <span className={styles.words}>
        <span className={styles.title}>{card.title}</span>
        <span className={styles.detail}>{[card.typeTitle, card.summary].filter(Boolean).join(' · ')}</span>
        {problem && (
          <span className={styles.problem}>
            <CircleAlert size={12} aria-hidden="true" /> {problem}
          </span>
        )}
      </span>
      {mayEdit && (
        <button
          type="button"
          tabIndex={-1}
          className={styles.action}
          aria-label={t`Actions for ${card.title}`}
          aria-haspopup="menu"
          onClick={(event) => {
            event.stopPropagation();
            store.getState().select([row.node.id]);
            const { left, bottom } = event.currentTarget.getBoundingClientRect();
            onMenu({ x: left, y: bottom + 4 });
          }}
        >
          <Ellipsis size={16} aria-hidden="true" />
        </button>
      )}
    </>
  );
}

function PortPart({ row, onEnter }: OutlineRowProps & { row: PortRow }) {
  const { t } = useLingui();
  const { mayEdit, dialogs } = useEditor();
  const { port, to, here, from } = row;
  const title = port.name === jumpRow ? t`Jumps` : [port.title, port.deadline].filter(Boolean).join(' ');
  return (
    <>
      <span className={styles.portIcon}>
        {port.icon ? (
          <NamedIcon name={port.icon} size={14} />
        ) : (
          <CornerDownRight size={14} aria-hidden="true" />
        )}
      </span>
      <span className={styles.portTitle}>{title}</span>
      {!to ? (
        <span className={styles.ends}>
          <CircleStop size={12} aria-hidden="true" />
          {row.fallback ? t`as “${row.fallback}”` : t`ends the run`}
        </span>
      ) : (
        <button
          type="button"
          tabIndex={-1}
          className={classes(styles.link, here && styles.here)}
          onClick={(event) => {
            event.stopPropagation();
            onEnter();
          }}
        >
          {row.jump ? <CornerUpLeft size={12} aria-hidden="true" /> : null}
          <span>{here ? t`to ${to.title}` : t`go on at ${to.title}`}</span>
        </button>
      )}
      {mayEdit && !row.jump && (
        <button
          type="button"
          tabIndex={-1}
          className={styles.action}
          aria-label={t`Add after ${title}`}
          onClick={(event) => {
            event.stopPropagation();
            dialogs.addNode({ from, port: port.name });
          }}
        >
          <Plus size={16} aria-hidden="true" />
        </button>
      )}
    </>
  );
}

function isSelected(selection: ReadonlySet<string>, row: Row): boolean {
  if (row.kind === 'node') return selection.has(row.node.id);
  return selection.has(JSON.stringify([row.from, row.port.name]));
}
