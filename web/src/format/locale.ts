import { i18n } from '@lingui/core';

/** The tags by which Intl writes dates and numbers as readers of our languages expect them. */
const tags: Record<string, string> = {
  // Day before month, and 24 hours: English is read all over the world here.
  en: 'en-GB',
  'zh-Hans': 'zh-CN',
  'zh-Hant': 'zh-TW',
  ja: 'ja-JP',
};

/** The locale of the language that is shown now. */
export function shownLocale(): string {
  return tags[i18n.locale] ?? 'en-GB';
}
