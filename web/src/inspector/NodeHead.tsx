import { useLingui } from '@lingui/react/macro';
import { Braces, CircleHelp, Ellipsis, RotateCcw } from 'lucide-react';
import { Popover } from 'radix-ui';
import { NamedIcon } from '@/canvas/icons';
import { useEditor } from '@/editor/context';
import { configSchema, type FlowNode, initialObject, type NodeType, setConfig } from '@/flow-model';
import { IconButton, Input, Menu, type MenuItem, Tooltip, toast } from '@/ui';
import styles from './Inspector.module.css';
import { NodeHelp } from './NodeHelp';

/** What node it is: icon, name, type, help, and what can be done with its settings as a whole. */
export function NodeHead({ node, type }: { node: FlowNode; type: NodeType | undefined }) {
  const { t } = useLingui();
  const { store, mayEdit } = useEditor();
  const rename = (name: string) =>
    store
      .getState()
      .perform({ type: 'rename_node', id: node.id, name: name || undefined }, t`Rename`, `name:${node.id}`);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(JSON.stringify(node.config ?? {}, null, 2));
      toast({ kind: 'success', title: t`The settings are copied as JSON` });
    } catch {
      toast({
        kind: 'error',
        title: t`The browser refused to copy`,
        detail: t`Export the flow to get its settings as a file.`,
      });
    }
  };
  const reset = (of: NodeType) => {
    const { flow, types, perform } = store.getState();
    const schema = configSchema(of);
    perform(setConfig(flow, types, node.id, [], initialObject(schema, schema)), t`Reset the settings`);
    toast({
      kind: 'success',
      title: t`The settings are as in a new node`,
      detail: t`Ctrl+Z brings the old ones back.`,
    });
  };
  const items: MenuItem[] = [
    { label: t`Copy settings as JSON`, icon: <Braces />, onSelect: () => void copy() },
  ];
  if (type && mayEdit) {
    items.push({ label: t`Reset settings`, icon: <RotateCcw />, onSelect: () => reset(type) });
  }
  return (
    <header className={styles.head} data-hue={type?.hue ?? 'slate'}>
      <span className={styles.icon}>
        <NamedIcon name={type?.icon ?? ''} />
      </span>
      <div className={styles.naming}>
        <Input
          aria-label={t`Name of the node`}
          value={node.name ?? ''}
          placeholder={type?.title ?? node.type}
          maxLength={200}
          readOnly={!mayEdit}
          onChange={(event) => rename(event.target.value)}
        />
        <h2 className={styles.typeTitle}>{type?.title ?? node.type}</h2>
      </div>
      <div className={styles.tools}>
        {type && <HelpButton type={type} />}
        <Menu
          trigger={
            <IconButton label={t`More for this node`} size="small">
              <Ellipsis />
            </IconButton>
          }
          items={items}
        />
      </div>
    </header>
  );
}

function HelpButton({ type }: { type: NodeType }) {
  const { t } = useLingui();
  return (
    <Popover.Root>
      <Tooltip content={t`About ${type.title}`}>
        <Popover.Trigger asChild>
          <IconButton label={t`About ${type.title}`} size="small">
            <CircleHelp />
          </IconButton>
        </Popover.Trigger>
      </Tooltip>
      <Popover.Portal>
        <Popover.Content
          className={styles.help}
          side="left"
          align="start"
          sideOffset={8}
          collisionPadding={8}
          aria-label={t`About ${type.title}`}
        >
          <NodeHelp type={type} />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
