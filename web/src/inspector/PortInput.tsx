import { t } from '@lingui/core/macro';
import { useState } from 'react';
import { isObject, type Path, valueAt } from '@/flow-model';
import { Field, Input } from '@/ui';
import { useField, useForm } from './form';

interface PortInputProps {
  path: Path;
  placeholder?: string | undefined;
  frame: { label: string; required: boolean; help: string | undefined; error: string | undefined };
}

/**
 * The name of an exit. A line hangs on it, so a name that is empty or taken for
 * the moment, while somebody types, stays in the field and out of the flow.
 */
export function PortInput({ path, placeholder, frame }: PortInputProps) {
  const { node, type, readOnly } = useForm();
  const { value, change } = useField(path);
  const [draft, setDraft] = useState<string>();
  const stored = typeof value === 'string' ? value : '';

  const items = valueAt(node.config, path.slice(0, -2));
  const index = path.at(-2);
  const field = String(path.at(-1));
  const taken = (name: string) =>
    (Array.isArray(items) &&
      items.some((item, other) => other !== index && isObject(item) && item[field] === name)) ||
    (name !== stored && type.ports.some((port) => port.name === name));
  const held = draft !== undefined && draft !== stored;
  const problem = held
    ? draft === ''
      ? t`An exit needs a name.`
      : t`Another exit is called “${draft}” already.`
    : frame.error;

  return (
    <Field {...frame} error={problem}>
      <Input
        value={draft ?? stored}
        placeholder={placeholder}
        readOnly={readOnly}
        mono
        spellCheck={false}
        onChange={(event) => {
          const next = event.target.value.trim();
          if (next === '' || taken(next)) {
            setDraft(next);
            return;
          }
          setDraft(undefined);
          change(next);
        }}
        onBlur={() => setDraft(undefined)}
      />
    </Field>
  );
}
