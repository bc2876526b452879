import { defineConfig } from '@lingui/cli';
import { formatter } from '@lingui/format-po';

/** English is the source: its texts are the messages' own, and every other catalog translates them. */
export default defineConfig({
  sourceLocale: 'en',
  locales: ['en', 'zh-Hans', 'zh-Hant', 'ja'],
  catalogs: [
    {
      path: '<rootDir>/src/i18n/locales/{locale}',
      include: ['<rootDir>/src'],
      exclude: ['**/*.test.ts', '**/*.test.tsx', '**/schema.gen.ts'],
    },
  ],
  // Without line numbers a catalog changes only when a message does.
  format: formatter({ lineNumbers: false }),
  orderBy: 'message',
});
