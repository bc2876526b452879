import { useLingui } from '@lingui/react/macro';
import { useMemo } from 'react';
import { NamedIcon } from '@/canvas/icons';
import type { Exit } from '@/commands/command';
import { addAfter, canFollow, canSplice, edgeAt, type NodeType, nodeOf, titleOf } from '@/flow-model';
import { type SearchChoice, SearchDialog } from '@/ui';
import { useEditor, useEditorState } from './context';
import { exitTitle } from './exitTitle';
import { groupTitle } from './Palette';

interface TypeChoice extends SearchChoice {
  type: NodeType;
}

/** Offers the node types that can come after an exit, or into its line, and adds the chosen one connected. */
export function AddNodeDialog({ from, port, onClose }: Required<Exit> & { onClose(): void }) {
  const { t } = useLingui();
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
            group: groupTitle(type.group),
            icon: <NamedIcon name={type.icon} size={16} />,
            hue: type.hue,
            type,
          }),
        ),
    [types, edge],
  );
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
