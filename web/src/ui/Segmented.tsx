import { ToggleGroup } from 'radix-ui';
import { classes } from './classes';
import styles from './Segmented.module.css';

interface SegmentedProps {
  value: string | undefined;
  onChange(value: string): void;
  options: { value: string; label: string }[];
  'aria-label': string;
  size?: 'small' | 'medium';
  disabled?: boolean;
}

/** A choice between a few short words, all of them in sight. */
export function Segmented({
  value,
  onChange,
  options,
  size = 'medium',
  disabled = false,
  ...rest
}: SegmentedProps) {
  return (
    <ToggleGroup.Root
      type="single"
      className={classes(styles.group, styles[size])}
      value={value ?? ''}
      // Radix reports '' when the chosen one is pressed again: a choice stays chosen.
      onValueChange={(next) => next && onChange(next)}
      aria-label={rest['aria-label']}
      disabled={disabled}
    >
      {options.map((option) => (
        <ToggleGroup.Item key={option.value} value={option.value} className={styles.item}>
          {option.label}
        </ToggleGroup.Item>
      ))}
    </ToggleGroup.Root>
  );
}
