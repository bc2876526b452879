import { type RenderOptions, type RenderResult, render } from '@testing-library/react';
import type { ReactNode } from 'react';
import { LanguageProvider } from './LanguageProvider';

/** For tests: renders like Testing Library's render, with words. */
export function renderInEnglish(element: ReactNode, options: RenderOptions = {}): RenderResult {
  const { wrapper: Wrapper, ...rest } = options;
  return render(element, {
    ...rest,
    wrapper: ({ children }) => (
      <LanguageProvider>{Wrapper ? <Wrapper>{children}</Wrapper> : children}</LanguageProvider>
    ),
  });
}
