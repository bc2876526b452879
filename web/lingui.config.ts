import { defineConfig } from '@lingui/cli';
import babel from '@lingui/cli/api/extractors/babel';
import { formatter } from '@lingui/format-po';
import { serverWords } from './tools/server-words-extractor';

/** English is the source: its texts are the messages' own, and every other catalog translates them. */
export default defineConfig({
  sourceLocale: 'en',
  locales: ['en', 'zh-Hans', 'zh-Hant', 'ja'],
  catalogs: [
    {
      path: '<rootDir>/src/i18n/locales/{locale}',
      include: ['<rootDir>/src'],
      exclude: ['**/*.test.ts', '**/*.test.tsx', '**/schema.gen.ts', '**/i18n/server/**'],
    },
    // What the server says comes in English; the list of it is kept by web/words_test.go.
    { path: '<rootDir>/src/i18n/server/{locale}', include: ['<rootDir>/src/i18n/server/words.json'] },
  ],
  extractors: [babel, serverWords],
  // Without line numbers a catalog changes only when a message does.
  format: formatter({ lineNumbers: false }),
  orderBy: 'message',
});
