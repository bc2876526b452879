import { useLingui } from '@lingui/react/macro';
import { CornerDownRight } from 'lucide-react';
import { useMemo, useState } from 'react';
import { NamedIcon } from '@/canvas/icons';
import type { Exit } from '@/commands/command';
import { connect, connectByJump, edgeAt, jumpLimit, nodeOf, portsOf, titleOf, wayTo } from '@/flow-model';
import { type SearchChoice, SearchDialog } from '@/ui';
import { useEditor, useEditorState } from './context';
import { exitTitle } from './exitTitle';

/** Connects an exit of a node to another node by keys alone: first the exit, unless it is known, then the node. */
export function ConnectDialog({ from, port: known, onClose }: Exit & { onClose(): void }) {
  const [port, setPort] = useState(known);
  if (port === undefined) return <ChooseExit from={from} onClose={onClose} onChoose={setPort} />;
  return <ChooseTarget from={from} port={port} onClose={onClose} />;
}

function ChooseExit({
  from,
  onChoose,
  onClose,
}: {
  from: string;
  onChoose(port: string): void;
  onClose(): void;
}) {
  const flow = useEditorState((state) => state.flow);
  const types = useEditorState((state) => state.types);
  const { t } = useLingui();
  const node = nodeOf(flow, from);
  const choices = useMemo(
    () =>
      (node ? portsOf(node, types.get(node.type)) : []).map((port): SearchChoice => {
        const target = nodeOf(flow, edgeAt(flow, from, port.name)?.to ?? '');
        return {
          id: port.name,
          title: port.deadline ? `${port.title} ${port.deadline}` : port.title,
          detail: target ? t`Leads to ${titleOf(target)}` : t`Not connected`,
          icon: port.icon ? <NamedIcon name={port.icon} size={16} /> : <CornerDownRight size={16} />,
        };
      }),
    [flow, types, node, from, t],
  );
  return (
    <SearchDialog
      key="exit"
      title={node ? t`Connect ${titleOf(node)}` : t`Connect`}
      showTitle
      placeholder={t`From which port?`}
      none={t`It has no such port.`}
      choices={choices}
      onClose={onClose}
      onChoose={({ id }) => onChoose(id)}
    />
  );
}

interface TargetChoice extends SearchChoice {
  way: 'line' | 'jump';
}

function ChooseTarget({ from, port, onClose }: Required<Exit> & { onClose(): void }) {
  const { t } = useLingui();
  const { store, view, announce } = useEditor();
  const flow = useEditorState((state) => state.flow);
  const types = useEditorState((state) => state.types);
  const now = edgeAt(flow, from, port)?.to;
  const choices = useMemo(() => {
    const all = flow.nodes.flatMap((node): TargetChoice[] => {
      const way = wayTo(flow, types, from, node.id);
      if (!way || node.id === now) return [];
      const type = types.get(node.type);
      return [
        {
          id: node.id,
          title: titleOf(node),
          detail:
            way === 'jump'
              ? t`Inserts a Jump that goes back at most ${jumpLimit} times`
              : (type?.title ?? node.type),
          keywords: `${node.id} ${type?.title ?? ''}`,
          group: way === 'jump' ? t`Back to, through a Jump` : t`On to`,
          icon: <NamedIcon name={way === 'jump' ? 'corner-up-left' : (type?.icon ?? '')} size={16} />,
          hue: type?.hue ?? 'slate',
          way,
        },
      ];
    });
    return [...all.filter(({ way }) => way === 'line'), ...all.filter(({ way }) => way === 'jump')];
  }, [flow, types, from, now, t]);
  const place = exitTitle(flow, types, { from, port });
  const lead = ({ id, title, way }: TargetChoice) => {
    onClose();
    const { perform, select } = store.getState();
    if (way === 'line') {
      perform(connect(flow, from, port, id), t`Connect`);
      announce(t`${place} connected to ${title}.`);
      return;
    }
    const jump = connectByJump(flow, types, from, port, id);
    if (!jump) return;
    perform(jump.operation, t`Jump back`);
    select([jump.id]);
    view.reveal([jump.id]);
    view.focus(jump.id);
    announce(t`${place} goes back to ${title} through a new Jump.`);
  };
  return (
    <SearchDialog
      key="target"
      title={t`Connect ${place}`}
      showTitle
      placeholder={t`To which node?`}
      none={
        choices.length === 0
          ? t`There is no other node to connect to yet.`
          : t`No node that it can lead to has that.`
      }
      choices={choices}
      onClose={onClose}
      onChoose={lead}
    />
  );
}
