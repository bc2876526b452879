import { i18n, type MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import { Trans, useLingui } from '@lingui/react/macro';
import { Search } from 'lucide-react';
import { type DragEvent, useRef, useState } from 'react';
import { NamedIcon } from '@/canvas/icons';
import { cardWidth, isOffered, type NodeType, newNode, type Position, placed, toGrid } from '@/flow-model';
import { Button, Input } from '@/ui';
import { useEditor, useEditorState } from './context';
import styles from './Palette.module.css';

/** The kind of data a dragged palette entry carries: a node type's name. */
export const draggedType = 'application/x-sluice-node-type';

const groupTitles: { readonly [group: string]: MessageDescriptor } = {
  flow: msg`Flow`,
  channels: msg`Channels`,
  data: msg`Data`,
  ai: msg`AI`,
  people: msg`People`,
};

/** What the server's group of node types is called; one that is new here keeps its own name. */
export function groupTitle(group: string): string {
  const title = Object.hasOwn(groupTitles, group) ? groupTitles[group] : undefined;
  return title ? i18n._(title) : group;
}

/** All node types by group. Drag one onto the canvas, or press it to add it beside the selected node. */
export function Palette({ types }: { types: NodeType[] }) {
  const { t } = useLingui();
  const [query, setQuery] = useState('');
  const list = useRef<HTMLDivElement>(null);
  const shown = types.filter((type) => isOffered(type) && matches(type, query));
  const groups = [...new Set(shown.map((type) => type.group))];
  const add = useAddNode();
  return (
    <aside className={styles.palette} aria-label={t`Nodes`}>
      <div className={styles.search}>
        <Input
          type="search"
          aria-label={t`Search nodes`}
          placeholder={t`Search nodes`}
          leading={<Search />}
          value={query}
          onChange={(event) => setQuery(event.target.value)}
          onKeyDown={(event) => {
            const [first] = shown;
            if (event.nativeEvent.isComposing) return;
            if (event.key === 'Enter' && first) add(first);
            if (event.key === 'Escape') setQuery('');
            if (event.key === 'ArrowDown' && walk(list.current, 1)) event.preventDefault();
          }}
        />
      </div>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the entries inside have the focus; this takes their arrows */}
      <div
        className={styles.groups}
        ref={list}
        onKeyDown={(event) => {
          const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
          if (by && walk(list.current, by)) event.preventDefault();
        }}
      >
        {groups.map((group) => (
          <section key={group} aria-label={groupTitle(group)}>
            <h2 className={styles.group}>{groupTitle(group)}</h2>
            <ul>
              {shown
                .filter((type) => type.group === group)
                .map((type) => (
                  <li key={type.type}>
                    <PaletteEntry type={type} onAdd={() => add(type)} />
                  </li>
                ))}
            </ul>
          </section>
        ))}
        {shown.length === 0 && (
          <div className={styles.none}>
            <p>
              <Trans>No node is called that.</Trans>
            </p>
            <Button size="small" onClick={() => setQuery('')}>
              <Trans>Show all nodes</Trans>
            </Button>
          </div>
        )}
      </div>
    </aside>
  );
}

/** Gives the keys to the next or the previous entry that can be added; false when there is none. */
function walk(list: HTMLElement | null, by: number): boolean {
  const entries = [...(list?.querySelectorAll<HTMLElement>('button:not(:disabled)') ?? [])];
  const index = entries.indexOf(document.activeElement as HTMLElement);
  const next = index < 0 ? entries.at(by > 0 ? 0 : -1) : entries[index + by];
  next?.focus();
  return next !== undefined;
}

/** Lets a small card follow the pointer: what is dragged is a node, not an entry of a list. */
function showWhileDragging(event: DragEvent<HTMLElement>): void {
  const card = event.currentTarget.cloneNode(true) as HTMLElement;
  card.removeAttribute('data-testid');
  card.classList.add(styles.dragged ?? '');
  document.body.append(card);
  event.dataTransfer.setDragImage(card, 120, 24);
  // The browser has taken its picture of it by then.
  setTimeout(() => card.remove());
}

function PaletteEntry({ type, onAdd }: { type: NodeType; onAdd(): void }) {
  const { t } = useLingui();
  const present = useEditorState(
    (state) => type.entry && state.flow.nodes.some((node) => node.type === type.type),
  );
  const begin = (event: DragEvent<HTMLElement>) => {
    event.dataTransfer.setData(draggedType, type.type);
    event.dataTransfer.effectAllowed = 'copy';
    showWhileDragging(event);
  };
  return (
    <button
      type="button"
      className={styles.entry}
      data-hue={type.hue}
      data-testid={`palette-${type.type}`}
      draggable={!present}
      disabled={present}
      title={present ? t`A flow has one start, and it is there already.` : `${type.title}. ${type.help}`}
      onDragStart={begin}
      onClick={onAdd}
    >
      <span className={styles.icon}>
        <NamedIcon name={type.icon} size={16} />
      </span>
      <span className={styles.title}>{type.title}</span>
    </button>
  );
}

function matches(type: NodeType, query: string): boolean {
  const text = `${type.title} ${type.type} ${type.help} ${type.channel_type ?? ''}`.toLowerCase();
  return query
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

/** Adds a node at a place, or beside the selected node, and selects it. */
export function useAddNode(): (type: NodeType, at?: Position) => void {
  const { t } = useLingui();
  const { store, view } = useEditor();
  return (type, at) => {
    const { flow, types, selection, perform, select } = store.getState();
    if (type.entry && flow.nodes.some((node) => node.type === type.type)) return;
    const [only] = selection;
    const beside = at || selection.size !== 1 || !only ? undefined : placed(flow, types).get(only);
    const wanted = at ?? (beside ? { x: beside.x + cardWidth + 100, y: beside.y } : centered(view.center()));
    const node = newNode(
      flow,
      type,
      free(
        { x: toGrid(wanted.x), y: toGrid(wanted.y) },
        flow.nodes.flatMap((other) => other.position ?? []),
      ),
    );
    perform({ type: 'add_node', node }, t`Add ${type.title}`);
    select([node.id]);
    if (!at) view.reveal([node.id]);
  };
}

/** Where a card's corner goes so that its head is at the point. */
export function centered({ x, y }: Position): Position {
  return { x: x - cardWidth / 2, y: y - 24 };
}

/** Steps aside while another card has that corner. */
function free(wanted: Position, taken: Position[]): Position {
  let { x, y } = wanted;
  while (taken.some((other) => Math.abs(other.x - x) < 60 && Math.abs(other.y - y) < 60)) y += 200;
  return { x, y };
}
