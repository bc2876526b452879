import { i18n } from '@lingui/core';
import { type RenderOptions, type RenderResult, render } from '@testing-library/react';
import type { ReactNode } from 'react';
import { LanguageProvider } from './LanguageProvider';

/*
 * For tests. English needs no catalog there, because messages keep their text
 * outside of production builds; vitest.setup.ts activates it for every test, so
 * that words made outside of components work as well.
 */
export function startEnglish(): void {
  i18n.loadAndActivate({ locale: 'en', messages: {} });
}

/** Renders like Testing Library's render, with words. */
export function renderInEnglish(element: ReactNode, options: RenderOptions = {}): RenderResult {
  const { wrapper: Wrapper, ...rest } = options;
  return render(element, {
    ...rest,
    wrapper: ({ children }) => (
      <LanguageProvider>{Wrapper ? <Wrapper>{children}</Wrapper> : children}</LanguageProvider>
    ),
  });
}
