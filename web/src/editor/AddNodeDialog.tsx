import { useLingui } from '@lingui/react/macro';
import { useMemo } from 'react';
import { NamedIcon } from '@/canvas/icons';
import type { Exit } from '@/commands/command';
import {
  addAfter,
  canFollow,
  canSplice,
  edgeAt,
  isOffered,
  type NodeType,
  nodeOf,
  type Position,
  titleOf,
} from '@/flow-model';
import { type SearchChoice, SearchDialog } from '@/ui';
import { useEditor, useEditorState } from './context';
import { exitTitle } from './exitTitle';
import { centered, groupTitle, useAddNode } from './Palette';

/** Where a node is added: after an exit or into its line, or at a place on the canvas. */
export type AddAt = Required<Exit> | { place: Position };

/** Whether a flow without an entry can take nodes of that type: it can take any. */

interface TypeChoice extends SearchChoice {
  type: NodeType;
}

/** Offers node types, and adds the chosen one. */
export function AddNodeDialog({ at, onClose }: { at: AddAt; onClose(): void }) {
  return 'place' in at ? (
    <AddAtPlace place={at.place} onClose={onClose} />
  ) : (
    <AddAfterExit {...at} onClose={onClose} />
  );
}

/** Those that can stand anywhere; the entry, of which a flow has one, only while it is missing. */
function AddAtPlace({ place, onClose }: { place: Position; onClose(): void }) {
  const { t } = useLingui();
  const { store, view, announce } = useEditor();
  const add = useAddNode();
  const started = useEditorState((state) =>
    state.flow.nodes.some((node) => state.types.get(node.type)?.entry),
  );
  const choices = useTypeChoices(started ? canFollow : isOffered);
  return (
    <SearchDialog
      title={t`Add a node`}
      showTitle
      placeholder={t`Search nodes`}
      none={t`No node is called that.`}
      choices={choices}
      onClose={onClose}
      onChoose={({ type }) => {
        onClose();
        add(type, centered(place));
        const [added] = store.getState().selection;
        if (added !== undefined) view.focus(added);
        announce(t`${type.title} added.`);
      }}
    />
  );
}

/** Those that can come after an exit, or into its line; the chosen one is added connected. */
function AddAfterExit({ from, port, onClose }: Required<Exit> & { onClose(): void }) {
  const { t } = useLingui();
  const { store, view, announce } = useEditor();
  const flow = useEditorState((state) => state.flow);
  const types = useEditorState((state) => state.types);
  const edge = edgeAt(flow, from, port);
  const choices = useTypeChoices(edge ? canSplice : canFollow);
  const place = exitTitle(flow, types, { from, port });
  const target = edge && nodeOf(flow, edge.to);
  const title = target ? t`Add between ${place} and ${titleOf(target)}` : t`Add after ${place}`;
  return (
    <SearchDialog
      title={title}
      showTitle
      placeholder={t`Search nodes`}
      none={t`No node is called that.`}
      choices={choices}
      onClose={onClose}
      onChoose={({ type }) => {
        onClose();
        const { perform, select } = store.getState();
        const added = addAfter(flow, types, type, from, port);
        if (!added) return;
        perform(added.operation, t`Add ${type.title}`);
        select([added.id]);
        view.reveal([added.id]);
        view.focus(added.id);
        announce(
          target
            ? t`${type.title} added between ${place} and ${titleOf(target)}.`
            : t`${type.title} added after ${place}.`,
        );
      }}
    />
  );
}

/** The node types that fit, as entries to choose from. */
function useTypeChoices(fits: (type: NodeType) => boolean): TypeChoice[] {
  const types = useEditorState((state) => state.types);
  return useMemo(
    () =>
      [...types.values()].filter(fits).map(
        (type): TypeChoice => ({
          id: type.type,
          title: type.title,
          detail: type.help,
          keywords: `${type.type} ${type.channel_type ?? ''}`,
          group: groupTitle(type.group),
          icon: <NamedIcon name={type.icon} size={16} />,
          hue: type.hue,
          type,
        }),
      ),
    [types, fits],
  );
}
