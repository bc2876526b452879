import { Trans } from '@lingui/react/macro';
import { Check, ChevronDown } from 'lucide-react';
import { Select as Radix } from 'radix-ui';
import type { ReactNode } from 'react';
import { classes } from './classes';
import { useFieldIds } from './Field';
import styles from './Select.module.css';

export interface Option {
  value: string;
  label: string;
  /** A second line that explains the option. */
  detail?: string;
  icon?: ReactNode;
  /** The label's language, where it is not that of the page. */
  lang?: string;
  disabled?: boolean;
}

interface SelectProps {
  /** The value of the chosen option, or undefined when nothing is chosen. */
  value: string | undefined;
  onChange(value: string): void;
  options: Option[];
  placeholder?: string;
  disabled?: boolean;
  /** The trigger's id, outside of a Field. */
  id?: string;
  'aria-label'?: string;
  /** Below the options: a link to where options are made, for instance. */
  footer?: ReactNode;
  size?: 'small' | 'medium';
  className?: string;
}

export function Select({
  value,
  onChange,
  options,
  placeholder = 'Choose…',
  disabled,
  footer,
  size = 'medium',
  className,
  ...rest
}: SelectProps) {
  const ids = useFieldIds();
  const chosen = options.find((option) => option.value === value);
  return (
    // Radix takes '' as "nothing chosen", which shows the placeholder again.
    <Radix.Root value={chosen ? chosen.value : ''} onValueChange={onChange} disabled={disabled ?? false}>
      <Radix.Trigger
        className={classes(styles.trigger, styles[size], className)}
        {...(rest.id ? { id: rest.id } : {})}
        {...ids}
        aria-label={rest['aria-label']}
      >
        <span className={styles.value}>
          {chosen?.icon}
          <Radix.Value placeholder={<span className={styles.placeholder}>{value || placeholder}</span>}>
            {chosen && <span lang={chosen.lang}>{chosen.label}</span>}
          </Radix.Value>
        </span>
        <Radix.Icon className={styles.chevron}>
          <ChevronDown size={14} />
        </Radix.Icon>
      </Radix.Trigger>
      <Radix.Portal>
        <Radix.Content className={styles.content} position="popper" sideOffset={4} collisionPadding={8}>
          <Radix.Viewport className={styles.viewport}>
            {options.length === 0 && (
              <p className={styles.none}>
                <Trans>Nothing to choose yet.</Trans>
              </p>
            )}
            {options.map((option) => (
              <Radix.Item
                key={option.value}
                value={option.value}
                className={styles.item}
                disabled={option.disabled ?? false}
              >
                {option.icon && <span className={styles.icon}>{option.icon}</span>}
                <span className={styles.text}>
                  <Radix.ItemText>
                    <span lang={option.lang}>{option.label}</span>
                  </Radix.ItemText>
                  {option.detail && <span className={styles.detail}>{option.detail}</span>}
                </span>
                <Radix.ItemIndicator className={styles.check}>
                  <Check size={14} />
                </Radix.ItemIndicator>
              </Radix.Item>
            ))}
          </Radix.Viewport>
          {footer && <div className={styles.footer}>{footer}</div>}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
