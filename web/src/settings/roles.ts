import type { Schemas } from '@/api/client';

export type Role = Schemas['Role'];

/** From the least to the most, with what each may do. */
export const roles: { value: Role; label: string; detail: string }[] = [
  { value: 'viewer', label: 'Viewer', detail: 'Looks at everything but phones' },
  { value: 'operator', label: 'Operator', detail: 'Also starts and cancels runs' },
  { value: 'editor', label: 'Editor', detail: 'Also draws and publishes flows' },
  { value: 'admin', label: 'Administrator', detail: 'Also sets up channels and API keys' },
  { value: 'owner', label: 'Owner', detail: 'May do everything' },
];

/** The roles that somebody with this role may give away: not above their own. */
export function grantableRoles(own: Role | null): typeof roles {
  return roles.slice(0, roles.findIndex((role) => role.value === own) + 1);
}

export function roleLabel(role: Role): string {
  return roles.find((known) => known.value === role)?.label ?? role;
}
