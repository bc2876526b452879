import { lingui } from '@lingui/vite-plugin';
import babel, { defineRolldownBabelPreset } from '@rolldown/plugin-babel';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

/** Where `npm run dev` sends API calls: a server started with `sluice serve --demo`. */
const server = process.env.SLUICE_DEV_SERVER ?? 'http://127.0.0.1:8080';

/** How long a test may take, in milliseconds, before it is told to be stuck; other work on the machine slows it down. */
const patienceMs = 120_000;

/** Turns the words that are written with lingui's macros into messages; other files never meet Babel. */
const messages = defineRolldownBabelPreset({
  preset: () => ({ plugins: ['@lingui/babel-plugin-lingui-macro'] }),
  rolldown: { filter: { code: /@lingui\/(?:core|react)\/macro/ } },
});

export default defineConfig({
  plugins: [react(), babel({ presets: [messages] }), lingui({ failOnCompileError: true })],
  resolve: { alias: { '@': new URL('./src', import.meta.url).pathname } },
  server: {
    proxy: {
      '/api': { target: server, changeOrigin: false },
      '/hooks': { target: server, changeOrigin: false },
    },
  },
  build: {
    target: 'es2022',
    // The Go package embeds dist, so the folder must exist before the first build:
    // public/.gitkeep is copied there, which keeps the committed one in place.
    emptyOutDir: true,
    // The content security policy allows no inline scripts, styles as data, or fonts as data.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: true,
  },
  test: {
    setupFiles: ['./vitest.setup.ts'],
    restoreMocks: true,
    // Property tests on a machine that builds beside them take their time.
    testTimeout: patienceMs,
    hookTimeout: patienceMs,
    // What draws needs a document, which takes longer to set up than most tests to run; a
    // file of the others that needs one too says so in its first line.
    projects: [
      { extends: true, test: { name: 'logic', environment: 'node', include: ['src/**/*.test.ts'] } },
      { extends: true, test: { name: 'screens', environment: 'jsdom', include: ['src/**/*.test.tsx'] } },
    ],
  },
});
