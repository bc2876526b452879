import { useLingui } from '@lingui/react/macro';
import { Check, ChevronDown, Plus, Search } from 'lucide-react';
import { Popover } from 'radix-ui';
import { type KeyboardEvent, type ReactNode, useId, useState } from 'react';
import { classes, Input, useFieldIds } from '@/ui';
import styles from './picker.module.css';

export interface PickerOption {
  value: string;
  label: string;
  detail?: string | undefined;
  icon?: ReactNode;
  /** The heading that it stands under; options of one group follow each other. */
  group?: string | undefined;
}

interface PickerProps {
  value: string | undefined;
  options: readonly PickerOption[];
  onChange(value: string): void;
  placeholder: string;
  /** What to say when nothing is found or there is nothing yet. */
  none: string;
  disabled: boolean;
  /** Makes a new one, in place. */
  create?: { label: string; onCreate(): void } | undefined;
}

/** Chooses one of many by searching, or makes a new one. */
export function Picker({ value, options, onChange, placeholder, none, disabled, create }: PickerProps) {
  const { t } = useLingui();
  const ids = useFieldIds();
  const list = useId();
  const [open, setOpen] = useState(false);
  const [query, setQuery] = useState('');
  const [active, setActive] = useState(0);
  const chosen = options.find((option) => option.value === value);
  const shown = found(options, query);
  const pick = (option: PickerOption) => {
    setOpen(false);
    onChange(option.value);
  };
  const steer = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const option = shown[active];
    if (step) setActive((active + step + shown.length) % Math.max(1, shown.length));
    else if (event.key === 'Enter' && option) pick(option);
    else if (event.key === 'Enter' && create) {
      setOpen(false);
      create.onCreate();
    } else return;
    event.preventDefault();
  };
  return (
    <Popover.Root
      open={open}
      onOpenChange={(next) => {
        setQuery('');
        setActive(
          Math.max(
            0,
            options.findIndex((option) => option.value === value),
          ),
        );
        setOpen(next);
      }}
    >
      <Popover.Trigger asChild>
        <button
          type="button"
          role="combobox"
          aria-expanded={open}
          aria-controls={list}
          className={styles.trigger}
          disabled={disabled}
          {...ids}
        >
          <span className={styles.value}>
            {chosen?.icon}
            <span className={classes(styles.label, !chosen && styles.placeholder)}>
              {chosen?.label ?? (value || placeholder)}
            </span>
          </span>
          <ChevronDown size={14} aria-hidden="true" />
        </button>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content className={styles.content} align="start" sideOffset={4} collisionPadding={8}>
          <div className={styles.search}>
            <Input
              aria-label={t`Search`}
              placeholder={t`Search`}
              leading={<Search />}
              value={query}
              aria-controls={list}
              aria-activedescendant={`${list}-${active}`}
              onChange={(event) => {
                setQuery(event.target.value);
                setActive(0);
              }}
              onKeyDown={steer}
            />
          </div>
          <div role="listbox" id={list} aria-label={placeholder} className={styles.list} tabIndex={-1}>
            {shown.length === 0 && <p className={styles.none}>{none}</p>}
            {shown.map((option, index) => (
              <div key={option.value}>
                {option.group && option.group !== shown[index - 1]?.group && (
                  <p className={styles.group}>{option.group}</p>
                )}
                {/* biome-ignore lint/a11y/useKeyWithClickEvents: the field above has the focus and the keys */}
                <div
                  role="option"
                  id={`${list}-${index}`}
                  tabIndex={-1}
                  aria-selected={option.value === value}
                  className={classes(styles.option, index === active && styles.active)}
                  ref={index === active ? intoView : undefined}
                  onPointerMove={() => index !== active && setActive(index)}
                  onClick={() => pick(option)}
                >
                  {option.icon && <span className={styles.icon}>{option.icon}</span>}
                  <span className={styles.text}>
                    <span>{option.label}</span>
                    {option.detail && <span className={styles.detail}>{option.detail}</span>}
                  </span>
                  {option.value === value && <Check size={14} aria-hidden="true" />}
                </div>
              </div>
            ))}
          </div>
          {create && (
            <button
              type="button"
              className={styles.create}
              onClick={() => {
                setOpen(false);
                create.onCreate();
              }}
            >
              <Plus size={14} aria-hidden="true" />
              {create.label}
            </button>
          )}
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

function found(options: readonly PickerOption[], query: string): readonly PickerOption[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return options;
  return options.filter((option) => {
    const text = `${option.label} ${option.value} ${option.detail ?? ''}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

function intoView(element: HTMLElement | null): void {
  element?.scrollIntoView?.({ block: 'nearest' });
}
