import { plural, t } from '@lingui/core/macro';
import { useId, useMemo, useState } from 'react';
import { isTakenVariable, isVariableName, type Path, renameVariable, variableUse } from '@/flow-model';
import { Field, Input } from '@/ui';
import { useField, useForm } from './form';
import styles from './form.module.css';

interface VariableInputProps {
  path: Path;
  placeholder?: string | undefined;
  frame: { label: string; required: boolean; help: string | undefined; error: string | undefined };
}

/**
 * The name of an input or variable. A name that texts read already is changed
 * when the field is left, and they are changed with it.
 */
export function VariableInput({ path, placeholder, frame }: VariableInputProps) {
  const { flow, types, node, type, readOnly, entries, perform } = useForm();
  const { value, change } = useField(path);
  const list = useId();
  const [draft, setDraft] = useState<string>();
  const stored = typeof value === 'string' ? value : '';
  const use = useMemo(() => variableUse(flow, types, stored), [flow, types, stored]);
  // Where several nodes set it, only the name here is meant.
  const renames = stored !== '' && use.reads > 0 && use.sets === 1 && perform !== undefined;
  const taken = (name: string) =>
    name !== stored && isTakenVariable(flow, types, name, { id: node.id, path });
  const held = draft !== undefined && draft !== stored;
  const problem = held ? nameProblem(draft, renames && taken(draft)) : undefined;

  const typed = (text: string) => {
    const next = text.trim();
    setDraft(next);
    if (!renames) change(next === '' ? undefined : next);
  };
  const leave = () => {
    setDraft(undefined);
    if (!held || !renames || draft === undefined) return;
    // An emptied name leaves the texts as they are: there is nothing to call it.
    if (draft === '') change(undefined);
    else if (!nameProblem(draft, taken(draft))) {
      perform?.(renameVariable(flow, types, stored, draft), t`Rename ${stored} to ${draft}`);
    }
  };
  const others = [
    ...new Set((entries ?? []).filter((entry) => entry.group === 'variables').map(({ name }) => name)),
  ];
  return (
    <Field {...frame} error={problem ?? frame.error}>
      <Input
        value={draft ?? stored}
        placeholder={placeholder}
        readOnly={readOnly}
        mono
        spellCheck={false}
        list={type.entry || others.length === 0 ? undefined : list}
        onChange={(event) => typed(event.target.value)}
        onBlur={leave}
        onKeyDown={(event) => {
          if (event.key === 'Enter') leave();
          if (event.key === 'Escape' && held && renames) {
            event.stopPropagation();
            setDraft(undefined);
          }
        }}
      />
      <datalist id={list}>
        {others.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      {held && renames && !problem && (
        <p className={styles.renames} role="status">
          {plural(use.reads, {
            one: '# text that reads it is renamed too.',
            other: '# texts that read it are renamed too.',
          })}
        </p>
      )}
    </Field>
  );
}

function nameProblem(name: string, taken: boolean): string | undefined {
  if (name === '') return undefined;
  if (!isVariableName(name)) return t`Use letters, digits and underscores, and begin with a letter.`;
  return taken ? t`Another input or variable is called “${name}” already.` : undefined;
}
