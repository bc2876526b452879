import { useLingui } from '@lingui/react/macro';
import { Select, toast } from '@/ui';
import { isLanguage, languages } from './languages';
import { chooseLanguage } from './show';

const options = languages.map(({ tag, name }) => ({ value: tag, label: name, lang: tag }));

/** The element's id; a page has one of them. */
export const languageSelectId = 'language';

/** Chooses the language of the interface for this browser. */
export function LanguageSelect({ className }: { className?: string }) {
  const { t, i18n } = useLingui();
  return (
    <Select
      id={languageSelectId}
      aria-label={t`Language`}
      {...(className ? { className } : {})}
      value={i18n.locale}
      options={options}
      onChange={(value) => {
        if (!isLanguage(value)) return;
        chooseLanguage(value).catch(() =>
          toast({
            kind: 'error',
            title: t`The language could not be loaded.`,
            detail: t`Check the connection and try again. If that does not help, reload the page.`,
          }),
        );
      }}
    />
  );
}
