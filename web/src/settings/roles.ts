import type { MessageDescriptor } from '@lingui/core';
import { i18n } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import type { Schemas } from '@/api/client';

export type Role = Schemas['Role'];

/** From the least to the most, with what each may do. */
export const roles: { value: Role; label: MessageDescriptor; detail: MessageDescriptor }[] = [
  { value: 'viewer', label: msg`Viewer`, detail: msg`Looks at everything but phones` },
  { value: 'operator', label: msg`Operator`, detail: msg`Also starts and cancels runs` },
  {
    value: 'editor',
    label: msg({ message: 'Editor', context: 'role' }),
    detail: msg`Also draws and publishes flows`,
  },
  { value: 'admin', label: msg`Administrator`, detail: msg`Also sets up channels and API keys` },
  { value: 'owner', label: msg`Owner`, detail: msg`May do everything` },
];

/** The roles that somebody with this role may give away: not above their own. */
export function grantableRoles(own: Role | null): typeof roles {
  return roles.slice(0, roles.findIndex((role) => role.value === own) + 1);
}

export function roleLabel(role: Role): string {
  const known = roles.find((one) => one.value === role);
  return known ? i18n._(known.label) : role;
}
