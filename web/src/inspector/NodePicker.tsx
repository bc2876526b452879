import { t } from '@lingui/core/macro';
import { NamedIcon } from '@/canvas/icons';
import { canFollow, newNode, type Path, placed, setConfig, titleOf } from '@/flow-model';
import { columnWidth } from '@/flow-model/layout';
import { useField, useForm } from './form';
import { Picker, type PickerOption } from './Picker';

/** Marks the choice of a type, of which a node is made; no id begins so. */
const fresh = '+';

/** Another node of the flow, by id; one that is not there yet is made in place. */
export function NodePicker({ path }: { path: Path }) {
  const { flow, node, types, readOnly, perform } = useForm();
  const { value, change } = useField(path);
  const there = flow.nodes
    .filter((other) => other.id !== node.id && !types.get(other.type)?.entry)
    .map(
      (other): PickerOption => ({
        value: other.id,
        label: titleOf(other),
        detail: types.get(other.type)?.title ?? other.type,
        icon: <NamedIcon name={types.get(other.type)?.icon ?? ''} size={16} />,
        group: t`Nodes of this flow`,
      }),
    );
  const makeable = perform ? [...types.values()].filter((type) => canFollow(type) && !type.target) : [];
  const made = makeable.map(
    (type): PickerOption => ({
      value: fresh + type.type,
      label: t`New ${type.title}`,
      icon: <NamedIcon name={type.icon} size={16} />,
      group: t`Create a node`,
    }),
  );
  const choose = (option: string) => {
    const type = option.startsWith(fresh) ? types.get(option.slice(fresh.length)) : undefined;
    if (!type || !perform) return change(option);
    const at = placed(flow, types).get(node.id) ?? { x: 0, y: 0 };
    const target = newNode(flow, type, { x: at.x + columnWidth, y: at.y + belowTheJump });
    perform(
      {
        type: 'batch',
        operations: [{ type: 'add_node', node: target }, setConfig(flow, types, node.id, path, target.id)],
      },
      t`Add ${type.title}`,
    );
  };
  return (
    <Picker
      value={typeof value === 'string' ? value : undefined}
      options={[...there, ...made]}
      onChange={choose}
      disabled={readOnly}
      placeholder={t`Choose a node`}
      none={t`There is no node of that name.`}
    />
  );
}

/** How far below its jump a new target stands, in canvas pixels: clear of the line that leaves it. */
const belowTheJump = 160;
