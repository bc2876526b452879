/** The languages of the interface, by BCP 47 tag; each is called by its own name. */
export const languages = [
  { tag: 'en', name: 'English' },
  { tag: 'zh-Hans', name: '简体中文' },
  { tag: 'zh-Hant', name: '繁體中文' },
  { tag: 'ja', name: '日本語' },
] as const;

export type Language = (typeof languages)[number]['tag'];

export const sourceLanguage: Language = 'en';

export function isLanguage(tag: unknown): tag is Language {
  return languages.some((language) => language.tag === tag);
}

/**
 * The language for somebody who prefers these tags, best first: the first one
 * that we have. Chinese goes by its script, which the region tells when the tag
 * names none (Taiwan, Hong Kong and Macau write traditional characters).
 */
export function preferredLanguage(tags: readonly string[]): Language {
  for (const tag of tags) {
    const language = languageOf(tag);
    if (language) return language;
  }
  return sourceLanguage;
}

function languageOf(tag: string): Language | undefined {
  let locale: Intl.Locale;
  try {
    locale = new Intl.Locale(tag).maximize();
  } catch {
    return undefined; // A browser may be set to anything.
  }
  if (locale.language === 'zh') return locale.script === 'Hant' ? 'zh-Hant' : 'zh-Hans';
  return isLanguage(locale.language) ? locale.language : undefined;
}
