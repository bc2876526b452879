import { type Ref, useEffect, useImperativeHandle, useLayoutEffect, useRef } from 'react';
import { classes, useFieldIds } from '@/ui';
import './code.css';
import type { CodeEditor } from './editor';
import type { CodeProblem, CodeScope } from './scope';

export interface CodeHandle {
  focus(): void;
  insert(text: string): void;
}

interface CodeFieldProps {
  module: typeof import('./editor');
  label: string;
  value: string;
  onChange(text: string): void;
  expression: boolean;
  multiline: boolean;
  readOnly: boolean;
  placeholder: string;
  scope: CodeScope;
  problems: readonly CodeProblem[];
  ref?: Ref<CodeHandle>;
}

/** A text field with expressions in it: colours, completion, nodes by their names, mistakes in place. */
export function CodeField({
  module,
  label,
  value,
  onChange,
  expression,
  multiline,
  readOnly,
  placeholder,
  scope,
  problems,
  ref,
}: CodeFieldProps) {
  const ids = useFieldIds();
  const host = useRef<HTMLDivElement>(null);
  const editor = useRef<CodeEditor>(undefined);
  // What the editor calls when it needs it, always of the latest drawing.
  const latest = useRef({ scope, onChange });
  latest.current = { scope, onChange };

  const attributes = attributesOf(label, multiline, readOnly, ids);
  const attributesKey = JSON.stringify(attributes);
  const first = useRef({ value, attributes, readOnly });
  useLayoutEffect(() => {
    const created = module.createCodeEditor({
      parent: host.current as HTMLElement,
      text: first.current.value,
      expression,
      multiline,
      readOnly: first.current.readOnly,
      placeholder,
      attributes: first.current.attributes,
      scope: () => latest.current.scope,
      onChange: (text) => latest.current.onChange(text),
      onBlur: () => undefined,
    });
    editor.current = created;
    return () => created.destroy();
  }, [module, expression, multiline, placeholder]);

  useLayoutEffect(() => editor.current?.setText(value), [value]);
  useLayoutEffect(() => editor.current?.setReadOnly(readOnly), [readOnly]);
  useLayoutEffect(() => editor.current?.setAttributes(JSON.parse(attributesKey)), [attributesKey]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new scope is a reason to draw
  useEffect(() => editor.current?.redraw(), [scope]);
  useEffect(() => editor.current?.setProblems(problems), [problems]);
  useImperativeHandle(
    ref,
    () => ({
      focus: () => editor.current?.focus(),
      insert: (text) => editor.current?.insert(text),
    }),
    [],
  );

  return (
    <div
      ref={host}
      className={classes('code', expression && 'code-mono')}
      data-multiline={multiline || undefined}
      data-read-only={readOnly || undefined}
      data-invalid={ids['aria-invalid']}
    />
  );
}

function attributesOf(
  label: string,
  multiline: boolean,
  readOnly: boolean,
  ids: ReturnType<typeof useFieldIds>,
): { [name: string]: string } {
  return {
    role: 'textbox',
    'aria-label': label,
    'aria-multiline': String(multiline),
    spellcheck: 'false',
    autocapitalize: 'off',
    ...(ids.id ? { id: ids.id } : {}),
    ...(ids['aria-describedby'] ? { 'aria-describedby': ids['aria-describedby'] } : {}),
    ...(ids['aria-invalid'] ? { 'aria-invalid': 'true' } : {}),
    ...(ids['aria-required'] ? { 'aria-required': 'true' } : {}),
    ...(readOnly ? { 'aria-readonly': 'true' } : {}),
  };
}
