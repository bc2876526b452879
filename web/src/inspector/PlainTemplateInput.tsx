import { t } from '@lingui/core/macro';
import { Search, Variable } from 'lucide-react';
import { Popover } from 'radix-ui';
import { type KeyboardEvent, type ReactNode, useId, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { type Path, type ScopeEntry, scopeAt } from '@/flow-model';
import { Field, Input, Textarea, Tooltip } from '@/ui';
import { useField, useForm } from './form';
import styles from './form.module.css';
import { completed, type Insertion, inserted, openBraces } from './insertion';
import { matching, VariableList } from './VariableList';
import variableStyles from './variables.module.css';

export interface TemplateInputProps {
  path: Path;
  label: string;
  required: boolean;
  help: string | undefined;
  error: string | undefined;
  multiline: boolean;
  placeholder: string | undefined;
  /** The whole value is one expression, written without braces. */
  expression?: boolean;
  aside?: ReactNode;
  /** Stands below the field: what the text gives. */
  below?: ReactNode;
}

type TextField = HTMLInputElement | HTMLTextAreaElement;

/**
 * A plain field for text with {{ expressions }}, until the editor is loaded and
 * where it cannot be. The button at the right and typing "{{" both list what can be read
 * at this node and insert it at the caret.
 */
export function PlainTemplateInput({
  path,
  label,
  multiline,
  placeholder,
  expression = false,
  aside,
  below,
  onFocus,
  ...frame
}: TemplateInputProps & { onFocus?(focused: boolean): void }) {
  const { flow, types, node, readOnly } = useForm();
  const { value, change } = useField(path);
  const text = typeof value === 'string' ? value : '';
  const field = useRef<TextField>(null);
  const caret = useRef<number>(undefined);
  const [open, setOpen] = useState<'button' | 'typing'>();
  const [query, setQuery] = useState('');
  const [active, setActive] = useState(0);
  const listId = useId();

  const entries = useMemo(
    () => (open ? scopeAt(flow, types, node.id, path) : []),
    [open, flow, types, node.id, path],
  );
  const shown = matching(entries, query);

  // The value comes back through the flow; only then can the caret be put.
  useLayoutEffect(() => {
    if (caret.current === undefined || !field.current) return;
    field.current.focus();
    field.current.setSelectionRange(caret.current, caret.current);
    caret.current = undefined;
  });

  const write = (next: string) => change(next === '' && typeof path.at(-1) === 'string' ? undefined : next);
  const put = (insertion: Insertion) => {
    caret.current = insertion.caret;
    write(insertion.text);
    setOpen(undefined);
  };
  const pick = (entry: ScopeEntry) => {
    const element = field.current;
    if (!element) return;
    const from = element.selectionStart ?? text.length;
    const to = element.selectionEnd ?? from;
    const braces = open === 'typing' ? openBraces(text, from) : undefined;
    if (braces) put(completed(text, braces, from, entry.expression));
    else put(inserted(text, from, to, expression ? entry.expression : `{{${entry.expression}}}`));
  };
  const typed = (element: TextField) => {
    write(element.value);
    const braces = expression ? undefined : openBraces(element.value, element.selectionStart ?? 0);
    setOpen(braces ? 'typing' : undefined);
    if (braces) {
      setQuery(braces.query);
      setActive(0);
    }
  };
  const steer = (event: KeyboardEvent) => {
    if (!open) return;
    const chosen = shown[active];
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      const step = event.key === 'ArrowDown' ? 1 : -1;
      setActive((active + step + shown.length) % Math.max(shown.length, 1));
    } else if ((event.key === 'Enter' || event.key === 'Tab') && chosen) {
      event.preventDefault();
      pick(chosen);
    } else if (event.key === 'Escape') {
      event.preventDefault();
      event.stopPropagation();
      setOpen(undefined);
      field.current?.focus();
    }
  };

  const shared = {
    value: text,
    placeholder,
    readOnly,
    spellCheck: !expression,
    mono: expression,
    onKeyDown: steer,
    onFocus: () => onFocus?.(true),
    onBlur: () => {
      if (open === 'typing') setOpen(undefined);
      onFocus?.(false);
    },
    ...(open === 'typing'
      ? {
          'aria-controls': listId,
          'aria-activedescendant': `${listId}-${active}`,
          'aria-autocomplete': 'list' as const,
        }
      : {}),
  };
  const button = readOnly ? (
    aside
  ) : (
    <span className={styles.asides}>
      {aside}
      <Tooltip content={t`Insert a variable`}>
        <button
          type="button"
          className={styles.variableButton}
          aria-label={t`Insert a variable into ${label}`}
          aria-expanded={open === 'button'}
          // Clicking must not take the caret away before it is read.
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => {
            setQuery('');
            setActive(0);
            setOpen(open === 'button' ? undefined : 'button');
          }}
        >
          <Variable size={15} aria-hidden="true" />
        </button>
      </Tooltip>
    </span>
  );

  return (
    <Popover.Root open={open !== undefined} onOpenChange={(next) => !next && setOpen(undefined)}>
      <Popover.Anchor asChild>
        <div>
          <Field {...frame} label={label} aside={button}>
            {multiline ? (
              <Textarea
                {...shared}
                ref={field as React.Ref<HTMLTextAreaElement>}
                onChange={(event) => typed(event.target)}
              />
            ) : (
              <Input
                {...shared}
                ref={field as React.Ref<HTMLInputElement>}
                onChange={(event) => typed(event.target)}
              />
            )}
            {below}
          </Field>
        </div>
      </Popover.Anchor>
      <Popover.Portal>
        <Popover.Content
          className={variableStyles.popover}
          align="end"
          sideOffset={4}
          collisionPadding={8}
          onOpenAutoFocus={(event) => open === 'typing' && event.preventDefault()}
          onCloseAutoFocus={(event) => event.preventDefault()}
          // The field below the list is part of it.
          onInteractOutside={(event) =>
            field.current?.contains(event.target as Node) && event.preventDefault()
          }
        >
          {open === 'button' && (
            <div className={variableStyles.search}>
              <Input
                aria-label={t`Search variables`}
                placeholder={t`Search variables`}
                leading={<Search />}
                value={query}
                id={`${listId}-search`}
                aria-controls={listId}
                aria-activedescendant={`${listId}-${active}`}
                onChange={(event) => {
                  setQuery(event.target.value);
                  setActive(0);
                }}
                onKeyDown={steer}
              />
            </div>
          )}
          <VariableList id={listId} entries={shown} active={active} onActive={setActive} onPick={pick} />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
