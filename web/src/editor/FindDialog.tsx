import { useLingui } from '@lingui/react/macro';
import { useMemo } from 'react';
import { NamedIcon } from '@/canvas/icons';
import { searchText, summaryLine, titleOf } from '@/flow-model';
import { type SearchChoice, SearchDialog } from '@/ui';
import { useEditor, useEditorState } from './context';

/** Finds a node by its name, id, type or anything in its settings; the chosen one is shown and selected. */
export function FindDialog({ onClose }: { onClose(): void }) {
  const { t } = useLingui();
  const { store, view } = useEditor();
  const flow = useEditorState((state) => state.flow);
  const types = useEditorState((state) => state.types);
  const choices = useMemo(
    () =>
      flow.nodes.map((node): SearchChoice => {
        const type = types.get(node.type);
        const summary = type && summaryLine(type.summary, node, type, flow);
        return {
          id: node.id,
          title: titleOf(node),
          detail: [type?.title ?? node.type, summary].filter(Boolean).join(' · '),
          keywords: searchText(node, type),
          icon: <NamedIcon name={type?.icon ?? ''} size={16} />,
          hue: type?.hue ?? 'slate',
        };
      }),
    [flow, types],
  );
  return (
    <SearchDialog
      title={t`Find a node`}
      placeholder={t`Name, id, type, or text in its settings`}
      none={flow.nodes.length === 0 ? t`This flow has no nodes yet.` : t`No node has that.`}
      choices={choices}
      onClose={onClose}
      onChoose={({ id }) => {
        onClose();
        store.getState().select([id]);
        view.reveal([id]);
        view.focus(id);
      }}
    />
  );
}
