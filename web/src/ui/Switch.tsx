import { Switch as Radix } from 'radix-ui';
import { useFieldIds } from './Field';
import styles from './Switch.module.css';

interface SwitchProps {
  checked: boolean;
  onChange(checked: boolean): void;
  disabled?: boolean;
  'aria-label'?: string;
}

export function Switch({ checked, onChange, disabled = false, ...rest }: SwitchProps) {
  const ids = useFieldIds();
  return (
    <Radix.Root
      className={styles.root}
      checked={checked}
      onCheckedChange={onChange}
      disabled={disabled}
      {...ids}
      aria-label={rest['aria-label']}
    >
      <Radix.Thumb className={styles.thumb} />
    </Radix.Root>
  );
}
