import { useLingui } from '@lingui/react/macro';
import { Search, Variable } from 'lucide-react';
import { Popover } from 'radix-ui';
import { type KeyboardEvent, useId, useMemo, useRef, useState } from 'react';
import type { ScopeEntry } from '@/flow-model';
import { bracesOf, tokens } from '@/flow-model/syntax';
import { Field, Input, Tooltip } from '@/ui';
import { useField, useForm } from '../form';
import styles from '../form.module.css';
import type { TemplateInputProps } from '../PlainTemplateInput';
import { matching, VariableList } from '../VariableList';
import variableStyles from '../variables.module.css';
import { CodeField, type CodeHandle } from './CodeField';
import type { CodeProblem } from './scope';
import { useCodeScope } from './useCodeScope';

/** The field of a template or expression in the code editor, with the list of variables behind its button. */
export function CodeTemplateInput({
  module,
  path,
  label,
  multiline,
  placeholder,
  expression = false,
  aside,
  below,
  ...frame
}: TemplateInputProps & { module: typeof import('./editor') }) {
  const { t } = useLingui();
  const { readOnly, previews } = useForm();
  const { value, change } = useField(path);
  const text = typeof value === 'string' ? value : '';
  const scope = useCodeScope(path);
  const field = useRef<CodeHandle>(null);
  const preview = previews?.get(path.join('/'));
  const offset = preview?.source === text ? preview.error?.offset : undefined;
  const message = preview?.source === text ? preview.error?.message : undefined;
  const problems = useMemo(
    () => problemsIn(text, expression, offset === undefined ? undefined : { offset, message: message ?? '' }),
    [text, expression, offset, message],
  );
  const write = (next: string) => change(next === '' && typeof path.at(-1) === 'string' ? undefined : next);
  const pick = (entry: ScopeEntry) =>
    field.current?.insert(expression ? entry.expression : `{{${entry.expression}}}`);

  return (
    <Field
      {...frame}
      label={label}
      aside={
        readOnly ? (
          aside
        ) : (
          <span className={styles.asides}>
            {aside}
            <VariableButton
              label={t`Insert a variable into ${label}`}
              entries={scope.entries}
              onPick={pick}
            />
          </span>
        )
      }
    >
      <CodeField
        module={module}
        ref={field}
        label={label}
        value={text}
        onChange={write}
        expression={expression}
        multiline={multiline}
        readOnly={readOnly}
        placeholder={placeholder ?? ''}
        scope={scope}
        problems={problems}
      />
      {below}
    </Field>
  );
}

/** What is wrong with the text's syntax at once, else what the server says of it. */
function problemsIn(
  text: string,
  expression: boolean,
  said: { offset: number; message: string } | undefined,
): readonly CodeProblem[] {
  const places = expression ? [{ from: 0, to: text.length }] : bracesOf(text).map(({ inner }) => inner);
  for (const place of places) {
    const broken = tokens(text.slice(place.from, place.to)).find((token) => token.kind === 'broken');
    if (broken)
      return [{ from: place.from + broken.from, to: place.from + broken.to, message: said?.message ?? '' }];
  }
  if (!said) return [];
  // The whole of the word that the mistake is at.
  const length = /^[\p{L}\p{N}_$]+/u.exec(text.slice(said.offset))?.[0].length ?? 1;
  return [{ from: said.offset, to: said.offset + length, message: said.message }];
}

/** The button at the right: what can be read here, to search and to insert. */
function VariableButton({
  label,
  entries,
  onPick,
}: {
  label: string;
  entries: readonly ScopeEntry[];
  onPick(entry: ScopeEntry): void;
}) {
  const { t } = useLingui();
  const [open, setOpen] = useState(false);
  const [query, setQuery] = useState('');
  const [active, setActive] = useState(0);
  const picked = useRef(false);
  const listId = useId();
  const shown = matching(entries, query);
  const pick = (entry: ScopeEntry) => {
    picked.current = true;
    setOpen(false);
    onPick(entry);
  };
  const steer = (event: KeyboardEvent) => {
    const chosen = shown[active];
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      const step = event.key === 'ArrowDown' ? 1 : -1;
      setActive((active + step + shown.length) % Math.max(shown.length, 1));
    } else if (event.key === 'Enter' && chosen) {
      event.preventDefault();
      pick(chosen);
    }
  };
  return (
    <Popover.Root
      open={open}
      onOpenChange={(next) => {
        picked.current = false;
        setQuery('');
        setActive(0);
        setOpen(next);
      }}
    >
      <Tooltip content={t`Insert a variable`}>
        <Popover.Trigger asChild>
          <button type="button" className={styles.variableButton} aria-label={label}>
            <Variable size={15} aria-hidden="true" />
          </button>
        </Popover.Trigger>
      </Tooltip>
      <Popover.Portal>
        <Popover.Content
          className={variableStyles.popover}
          align="end"
          sideOffset={4}
          collisionPadding={8}
          // The field has the focus by then.
          onCloseAutoFocus={(event) => picked.current && event.preventDefault()}
        >
          <div className={variableStyles.search}>
            <Input
              aria-label={t`Search variables`}
              placeholder={t`Search variables`}
              leading={<Search />}
              value={query}
              aria-controls={listId}
              aria-activedescendant={`${listId}-${active}`}
              onChange={(event) => {
                setQuery(event.target.value);
                setActive(0);
              }}
              onKeyDown={steer}
            />
          </div>
          <VariableList id={listId} entries={shown} active={active} onActive={setActive} onPick={pick} />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
