import { useMemo } from 'react';
import { NamedIcon } from '@/canvas/icons';
import type { Exit } from '@/commands/command';
import { addAfter, canFollow, canSplice, edgeAt, type NodeType, nodeOf, titleOf } from '@/flow-model';
import { type SearchChoice, SearchDialog } from '@/ui';
import { useEditor, useEditorState } from './context';
import { exitTitle } from './exitTitle';
import { groupTitles } from './Palette';

interface TypeChoice extends SearchChoice {
  type: NodeType;
}

/** Offers the node types that can come after an exit, or into its line, and adds the chosen one connected. */
export function AddNodeDialog({ from, port, onClose }: Required<Exit> & { onClose(): void }) {
  const { store, view, announce } = useEditor();
  const flow = useEditorState((state) => state.flow);
  const types = useEditorState((state) => state.types);
  const edge = edgeAt(flow, from, port);
  const choices = useMemo(
    () =>
      [...types.values()]
        .filter((type) => (edge ? canSplice(type) : canFollow(type)))
        .map(
          (type): TypeChoice => ({
            id: type.type,
            title: type.title,
            detail: type.help,
            keywords: `${type.type} ${type.channel_type ?? ''}`,
            group: groupTitles[type.group] ?? type.group,
            icon: <NamedIcon name={type.icon} size={16} />,
            hue: type.hue,
            type,
          }),
        ),
    [types, edge],
  );
  const place = exitTitle(flow, types, { from, port });
  const target = edge && nodeOf(flow, edge.to);
  const title = target ? `Add between ${place} and ${titleOf(target)}` : `Add after ${place}`;
  return (
    <SearchDialog
      title={title}
      showTitle
      placeholder="Search nodes"
      none="No node is called that."
      choices={choices}
      onClose={onClose}
      onChoose={({ type }) => {
        onClose();
        const { perform, select } = store.getState();
        const added = addAfter(flow, types, type, from, port);
        if (!added) return;
        perform(added.operation, `Add ${type.title}`);
        select([added.id]);
        view.reveal([added.id]);
        view.focus(added.id);
        announce(
          target
            ? `${type.title} added between ${place} and ${titleOf(target)}.`
            : `${type.title} added after ${place}.`,
        );
      }}
    />
  );
}
