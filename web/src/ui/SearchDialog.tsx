import { Search } from 'lucide-react';
import { Dialog as Radix } from 'radix-ui';
import {
  Fragment,
  type KeyboardEvent,
  type ReactNode,
  useEffect,
  useId,
  useMemo,
  useRef,
  useState,
} from 'react';
import { classes } from './classes';
import styles from './SearchDialog.module.css';
import { type Choice, searched } from './search';

export interface SearchChoice extends Choice {
  icon?: ReactNode;
  /** The colour of the icon. */
  hue?: string | undefined;
  /** Shown at the right, such as "Ctrl+D". */
  shortcut?: string | undefined;
  /** The heading that it stands under; choices of one group follow each other. */
  group?: string | undefined;
  /** Shown, but cannot be chosen now. */
  disabled?: boolean;
}

interface SearchDialogProps<T extends SearchChoice> {
  /** What is chosen here, for people who hear the page; shown above the field with `showTitle`. */
  title: string;
  showTitle?: boolean;
  placeholder: string;
  choices: readonly T[];
  /** What to say when nothing is found. */
  none: string;
  onChoose(choice: T): void;
  onClose(): void;
}

/** A dialog to find one of many things by typing; arrows walk the list, Enter takes one. */
export function SearchDialog<T extends SearchChoice>({
  title,
  showTitle = false,
  placeholder,
  choices,
  none,
  onChoose,
  onClose,
}: SearchDialogProps<T>) {
  const [query, setQuery] = useState('');
  const shown = useMemo(() => searched(choices, query), [choices, query]);
  const possible = shown.filter((choice) => !choice.disabled);
  const [marked, setMarked] = useState<string>();
  const active = possible.find((choice) => choice.id === marked) ?? possible[0];
  const list = useId();
  const optionId = (choice: T) => `${list}-${choices.indexOf(choice)}`;

  const step = (by: number) => {
    const index = active ? possible.indexOf(active) : 0;
    setMarked(possible.at((index + by) % possible.length)?.id);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    // Enter ends the composition of a word in an input method.
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'ArrowDown') step(1);
    else if (event.key === 'ArrowUp') step(-1);
    else if (event.key === 'Enter' && active) onChoose(active);
    else return;
    event.preventDefault();
  };

  return (
    <Radix.Root open onOpenChange={(open) => !open && onClose()}>
      <Radix.Portal>
        <Radix.Overlay className={styles.overlay} />
        <Radix.Content className={styles.content} aria-describedby={undefined}>
          <Radix.Title className={showTitle ? styles.title : 'visually-hidden'}>{title}</Radix.Title>
          <div className={styles.field}>
            <Search size={16} aria-hidden="true" />
            <input
              role="combobox"
              aria-label={placeholder}
              aria-expanded="true"
              aria-controls={list}
              aria-autocomplete="list"
              aria-activedescendant={active && optionId(active)}
              autoComplete="off"
              spellCheck={false}
              placeholder={placeholder}
              value={query}
              onChange={(event) => {
                setQuery(event.target.value);
                setMarked(undefined);
              }}
              onKeyDown={onKeyDown}
            />
          </div>
          <div className={styles.list} role="listbox" id={list} aria-label={title} tabIndex={-1}>
            {shown.map((choice, index) => (
              <Fragment key={choice.id}>
                {choice.group && query.trim() === '' && shown[index - 1]?.group !== choice.group && (
                  <div className={styles.group} role="presentation">
                    {choice.group}
                  </div>
                )}
                <Option
                  id={optionId(choice)}
                  choice={choice}
                  active={choice === active}
                  onPoint={() => setMarked(choice.id)}
                  onChoose={() => onChoose(choice)}
                />
              </Fragment>
            ))}
          </div>
          <p className={shown.length === 0 ? styles.none : 'visually-hidden'} role="status">
            {shown.length === 0 ? none : ''}
          </p>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

interface OptionProps {
  id: string;
  choice: SearchChoice;
  active: boolean;
  onPoint(): void;
  onChoose(): void;
}

function Option({ id, choice, active, onPoint, onChoose }: OptionProps) {
  const element = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (active) element.current?.scrollIntoView?.({ block: 'nearest' });
  }, [active]);
  const usable = !choice.disabled;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the field above has the focus and takes the keys
    <div
      ref={element}
      id={id}
      role="option"
      tabIndex={-1}
      aria-selected={active}
      aria-disabled={choice.disabled || undefined}
      className={classes(styles.option, active && styles.active)}
      // Not on entering: a list that scrolls under a resting pointer must not move the mark.
      onPointerMove={usable && !active ? onPoint : undefined}
      onClick={usable ? onChoose : undefined}
    >
      {choice.icon && (
        <span className={styles.icon} data-hue={choice.hue} data-tinted={choice.hue ? true : undefined}>
          {choice.icon}
        </span>
      )}
      <span className={styles.text}>
        <span className={styles.name}>{choice.title}</span>
        {choice.detail && <span className={styles.detail}>{choice.detail}</span>}
      </span>
      {choice.shortcut && <kbd className={styles.shortcut}>{choice.shortcut}</kbd>}
    </div>
  );
}
