import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { type KeyboardEvent, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { lineEnd, lineId } from '@/canvas/elements';
import type { CanvasView } from '@/commands/command';
import { CanvasMenu, type MenuAnchor } from '@/editor/CanvasMenu';
import { useEditor, useEditorState } from '@/editor/context';
import { columnWidth, placed } from '@/flow-model';
import { EmptyState } from '@/ui';
import { stepFor } from './keys';
import styles from './Outline.module.css';
import { OutlineRow } from './OutlineRow';
import { nodeKey, outlineOf, portRowKey, type Row, seenRows } from './rows';

/**
 * The open draft as a list: an alternative to the canvas for small screens, for
 * keys alone and for people who hear the page. What is done here are the same
 * commands, on the same selection.
 */
export function Outline({ onView }: { onView(view: CanvasView): void }) {
  const { t } = useLingui();
  const { store, dialogs } = useEditor();
  const flow = useEditorState((state) => state.flow);
  const types = useEditorState((state) => state.types);
  const [folded, setFolded] = useState<ReadonlySet<string>>(new Set());
  const [active, setActive] = useState<string | undefined>(() => keyOf(store.getState().selection));
  const [menu, setMenu] = useState<MenuAnchor>();
  const surface = useRef<HTMLElement>(null);
  const outline = useMemo(() => outlineOf(flow, types), [flow, types]);
  const rows = useMemo(() => seenRows(outline.rows, folded), [outline.rows, folded]);
  const apart = useMemo(() => seenRows(outline.apart, folded), [outline.apart, folded]);
  const all = useMemo(() => [...rows, ...apart], [rows, apart]);
  const current = all.find((row) => row.key === active)?.key ?? all[0]?.key;
  const { showRow, focusRow } = useRows(surface, setFolded);
  useOutlineView(onView, showRow, focusRow);
  useFocusKept(surface, all, active, focusRow);

  const enter = (row: Row) => {
    if (row.kind === 'node') dialogs.inspector();
    else if (row.to) focusRow(nodeKey(row.to.id));
    else dialogs.connect({ from: row.from, port: row.port.name });
  };
  const choose = (row: Row) => {
    setActive(row.key);
    const { flow: now, select } = store.getState();
    if (row.kind === 'node') return select([row.node.id]);
    const line = now.edges.some((edge) => edge.from === row.from && edge.port === row.port.name);
    select(line ? [lineId(row.from, row.port.name)] : []);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const { target, currentTarget, key } = event;
    if (!(target instanceof HTMLElement) || target.getAttribute('role') !== 'treeitem') return;
    const isMenu = event.shiftKey && key === 'F10';
    if ((event.shiftKey && !isMenu) || event.ctrlKey || event.metaKey || event.altKey) return;
    const index = all.findIndex((row) => row.key === current);
    const row = all[index];
    const step = stepFor(isMenu ? 'ContextMenu' : key, all, index, folded);
    if (!row || !step || currentTarget === target) return;
    event.preventDefault();
    if (step === 'enter') enter(row);
    else if (step === 'menu') setMenu({ x: target.getBoundingClientRect().left + 40, y: below(target) });
    else if ('to' in step) focusRow(all[step.to]?.key);
    else setFolded((before) => toggled(before, 'fold' in step ? step.fold : step.unfold));
  };

  const rowProps = (row: Row) => ({
    focusable: row.key === current,
    folded: folded.has(row.key),
    onChoose: () => choose(row),
    onEnter: () => enter(row),
    onFold: () => setFolded((before) => toggled(before, row.key)),
    onMenu: (place: MenuAnchor) => setMenu(place),
  });
  if (flow.nodes.length === 0)
    return (
      <section className={styles.outline} aria-label={t`The flow as a list`}>
        <EmptyState
          title={t`There is nothing in this flow yet.`}
          detail={t`Every flow begins with a Start. Undo what removed it, or take one from the nodes at the left.`}
        />
      </section>
    );
  return (
    <section
      ref={surface}
      className={styles.outline}
      aria-label={t`The flow as a list`}
      onKeyDown={onKeyDown}
    >
      <div role="tree" aria-label={flow.name || t`Flow`} className={styles.tree} data-testid="outline">
        {rows.map((row) => (
          <OutlineRow key={row.key} row={row} {...rowProps(row)} />
        ))}
      </div>
      {apart.length > 0 && (
        <>
          <h2 className={styles.apart}>
            <Plural
              value={outline.apart.filter((row) => row.kind === 'node').length}
              one="# node that no run comes to"
              other="# nodes that no run comes to"
            />
          </h2>
          <div role="tree" aria-label={t`Nodes that no run comes to`} className={styles.tree}>
            {apart.map((row) => (
              <OutlineRow key={row.key} row={row} {...rowProps(row)} />
            ))}
          </div>
        </>
      )}
      <p className={styles.help}>
        <Trans>
          Arrows walk the list. <kbd>Enter</kbd> opens a node or follows a port, <kbd>A</kbd> adds after it,{' '}
          <kbd>C</kbd> connects it, <kbd>Del</kbd> removes it.
        </Trans>
      </p>
      {menu && <CanvasMenu anchor={menu} onClose={() => setMenu(undefined)} />}
    </section>
  );
}

function below(element: HTMLElement): number {
  return element.getBoundingClientRect().bottom;
}

function toggled(keys: ReadonlySet<string>, key: string): ReadonlySet<string> {
  const next = new Set(keys);
  if (!next.delete(key)) next.add(key);
  return next;
}

/** The row of what is selected. */
function keyOf(selection: ReadonlySet<string>): string | undefined {
  const [only] = selection;
  if (only === undefined || selection.size > 1) return undefined;
  const line = lineEnd(only);
  return line ? portRowKey(line.from, line.port) : nodeKey(only);
}

/** Brings rows into sight, and the focus to them, once they are drawn. */
function useRows(
  surface: React.RefObject<HTMLElement | null>,
  setFolded: (folded: ReadonlySet<string>) => void,
) {
  const find = useCallback(
    (key: string, found: (row: HTMLElement) => void) => {
      const look = () => surface.current?.querySelector<HTMLElement>(`[data-row="${CSS.escape(key)}"]`);
      const now = look();
      if (now) {
        found(now);
        return;
      }
      // It is folded away, or new.
      setFolded(new Set());
      requestAnimationFrame(() =>
        requestAnimationFrame(() => {
          const row = look();
          if (row) found(row);
        }),
      );
    },
    [surface, setFolded],
  );
  const showRow = useCallback(
    (key: string | undefined) => key && find(key, (row) => row.scrollIntoView({ block: 'nearest' })),
    [find],
  );
  const focusRow = useCallback((key: string | undefined) => key && find(key, (row) => row.focus()), [find]);
  return { showRow, focusRow };
}

/** Lets commands work on the list as they do on the canvas. */
function useOutlineView(
  onView: (view: CanvasView) => void,
  showRow: (key: string) => void,
  focusRow: (key: string) => void,
): void {
  const { store } = useEditor();
  useEffect(() => {
    const nothing = () => undefined;
    onView({
      fit: nothing,
      zoomIn: nothing,
      zoomOut: nothing,
      glide: nothing,
      rename: nothing,
      pointer: nothing,
      reveal: ([first]) => {
        if (first !== undefined) showRow(keyOf(new Set([first])) ?? '');
      },
      // Where rows stand, the focus brings them into sight.
      ensure: nothing,
      focus: (id) => requestAnimationFrame(() => focusRow(nodeKey(id))),
      // New nodes go to the right of all others: the list has no place of its own.
      center: () => {
        const { flow, types } = store.getState();
        const places = [...placed(flow, types).values()];
        return { x: Math.max(0, ...places.map(({ x }) => x + columnWidth)), y: places[0]?.y ?? 0 };
      },
    });
  }, [onView, showRow, focusRow, store]);
}

/** When the row with the focus is deleted, the focus stays near: otherwise the keys would go nowhere. */
function useFocusKept(
  surface: React.RefObject<HTMLElement | null>,
  rows: readonly Row[],
  active: string | undefined,
  focusRow: (key: string | undefined) => void,
): void {
  const before = useRef({ rows, active, focused: false });
  useEffect(() => {
    const { rows: old, active: was } = before.current;
    const lost = was !== undefined && old !== rows && !rows.some((row) => row.key === was);
    if (lost && document.activeElement === document.body) {
      const index = old.findIndex((row) => row.key === was);
      const near = old.slice(0, index).findLast((row) => rows.some((other) => other.key === row.key));
      focusRow((near ?? rows[0])?.key);
    }
    before.current = { rows, active, focused: surface.current?.contains(document.activeElement) ?? false };
  }, [rows, active, focusRow, surface]);
}
