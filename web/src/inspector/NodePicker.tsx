import { NamedIcon } from '@/canvas/icons';
import { type Path, titleOf } from '@/flow-model';
import { Select } from '@/ui';
import { useField, useForm } from './form';

/** Another node of the flow, by id. */
export function NodePicker({ path }: { path: Path }) {
  const { flow, node, types, readOnly } = useForm();
  const { value, change } = useField(path);
  const options = flow.nodes
    .filter((other) => other.id !== node.id && !types.get(other.type)?.entry)
    .map((other) => ({
      value: other.id,
      label: titleOf(other),
      detail: types.get(other.type)?.title ?? other.type,
      icon: <NamedIcon name={types.get(other.type)?.icon ?? ''} size={16} />,
    }));
  return (
    <Select
      value={typeof value === 'string' ? value : undefined}
      options={options}
      onChange={change}
      disabled={readOnly}
      placeholder="Choose a node"
    />
  );
}
