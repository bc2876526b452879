import { t } from '@lingui/core/macro';
import type { Option } from '@/ui';

/** What templates are for, as providers sort and price them. */
export const categories = (): Option[] => [
  { value: 'authentication', label: t`Authentication`, detail: t`One-time passwords` },
  { value: 'utility', label: t`Utility`, detail: t`Orders, appointments, accounts` },
  { value: 'marketing', label: t`Marketing`, detail: t`Offers and news` },
];

/** A category's words; one that this build does not know keeps its own name. */
export function categoryTitle(category: string): string {
  return categories().find(({ value }) => value === category)?.label ?? category;
}
