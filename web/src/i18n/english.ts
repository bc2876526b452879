import { i18n } from '@lingui/core';

/*
 * For tests. English needs no catalog there, because messages keep their text
 * outside of production builds; vitest.setup.ts activates it for every test, so
 * that words made outside of components work as well.
 */
export function startEnglish(): void {
  i18n.loadAndActivate({ locale: 'en', messages: {} });
}
