import { t } from '@lingui/core/macro';
/** The server takes no shorter one. */
export const minPassword = 10;

/** What is wrong with a new password and its repetition, by field. */
export function checkPassword(password: string, again: string): { password?: string; again?: string } {
  if ([...password].length < minPassword)
    return { password: t`Use at least ${minPassword} characters. A few words do well.` };
  return password === again ? {} : { again: t`This is not the same. Type the new password again.` };
}
