import { i18n } from '@lingui/core';
import { I18nProvider, useLingui } from '@lingui/react';
import { Fragment, type ReactNode, useEffect, useState } from 'react';
import { languageSelectId } from './LanguageSelect';

/**
 * Gives everything below it the words of the shown language. Another language
 * begins everything anew, so that no memo, store or cached answer of the server
 * keeps words of the one before.
 */
export function LanguageProvider({ children }: { children: ReactNode }) {
  return (
    <I18nProvider i18n={i18n}>
      <Anew>{children}</Anew>
    </I18nProvider>
  );
}

function Anew({ children }: { children: ReactNode }) {
  const { i18n } = useLingui();
  const [first] = useState(i18n.locale);
  useEffect(() => {
    // Whoever chose another language goes on where they chose it.
    if (i18n.locale !== first) document.getElementById(languageSelectId)?.focus();
  }, [i18n.locale, first]);
  return <Fragment key={i18n.locale}>{children}</Fragment>;
}
