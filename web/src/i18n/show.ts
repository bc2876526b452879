import { i18n, type Messages } from '@lingui/core';
import { isLanguage, type Language, preferredLanguage, sourceLanguage } from './languages';

const storageKey = 'sluice.language';

type Catalog = () => Promise<{ messages: Messages }>;

/** Each catalog is a chunk of its own: a browser loads those of the language that it shows. */
const catalogs: Record<Language, Catalog[]> = {
  en: [() => import('./locales/en.po')],
  'zh-Hans': [() => import('./locales/zh-Hans.po'), () => import('./server/zh-Hans.po')],
  'zh-Hant': [() => import('./locales/zh-Hant.po'), () => import('./server/zh-Hant.po')],
  ja: [() => import('./locales/ja.po'), () => import('./server/ja.po')],
};

/** The language chosen in this browser, or else the best of those that the browser asks for. */
export function rememberedLanguage(): Language {
  const stored = localStorage.getItem(storageKey);
  return isLanguage(stored) ? stored : preferredLanguage(navigator.languages);
}

/**
 * Loads a language and shows everything in it. When it cannot be loaded
 * (offline, or a newer version was installed meanwhile) this rejects and the
 * language shown stays.
 */
export async function showLanguage(language: Language): Promise<void> {
  const loaded = await Promise.all(catalogs[language].map((load) => load()));
  i18n.loadAndActivate({
    locale: language,
    messages: Object.assign({}, ...loaded.map(({ messages }) => messages)),
  });
  document.documentElement.lang = language;
}

/** Shows a language and keeps the choice for this browser. */
export async function chooseLanguage(language: Language): Promise<void> {
  await showLanguage(language);
  localStorage.setItem(storageKey, language);
}

/** Shows the remembered language; called once, before the first render. */
export async function startLanguage(): Promise<void> {
  const language = rememberedLanguage();
  try {
    await showLanguage(language);
  } catch (failure) {
    if (language === sourceLanguage) throw failure;
    await showLanguage(sourceLanguage);
  }
}
