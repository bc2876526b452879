// @vitest-environment node
import { fileURLToPath } from 'node:url';
import { getCatalogs } from '@lingui/cli/api';
import { getConfig } from '@lingui/conf';
import { compileMessageOrThrow } from '@lingui/message-utils/compileMessage';
import { describe, expect, it } from 'vitest';

/*
 * The catalogs are those of the code as it is: a message that was added and not
 * extracted, left untranslated, taken away, or translated without its values
 * fails here. `npm run i18n:extract` brings them up to date.
 */

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The values and tags of a message, each as often as it stands there; those of plural forms once. */
function values(message: string): string[] {
  const found = new Set<string>();
  const tags = message.match(/<\/?\d+\/?>/g) ?? [];
  const visit = (tokens: unknown): void => {
    if (!Array.isArray(tokens)) return;
    for (const token of tokens) {
      if (!Array.isArray(token)) continue;
      const [name, , forms] = token as [string, string?, (Record<string, unknown> | undefined)?];
      found.add(`{${name}}`);
      for (const form of Object.values(forms ?? {})) visit(form);
    }
  };
  visit(compileMessageOrThrow(message));
  return [...found, ...tags, ...new Set(message.match(/⟨\d+⟩/g) ?? [])].sort();
}

describe('values of a message', () => {
  it.each([
    ['{a} of {b}', '{b} 中的 {a}', true],
    ['{a} of {b}', '{a}', false],
    ['{n, plural, one {# run by {who}} other {# runs by {who}}}', '{n, plural, other {{who} # 次}}', true],
    ['{n, plural, one {# run} other {# runs}}', '# 次', false],
    ['See <0>this</0>', '<0>これ</0>を見る', true],
    ['See <0>this</0>', 'これを見る', false],
    ['No ⟨0⟩ here', '这里没有⟨0⟩', true],
    ['No ⟨0⟩ here', '这里没有', false],
  ])('%j and %j', (source, translation, same) => {
    expect(values(source).join() === values(translation).join()).toBe(same);
  });
});

const config = getConfig({ cwd: root });
const catalogs = await getCatalogs(config);

describe.each(catalogs.map((catalog) => [catalog.path, catalog] as const))('%s', async (_, catalog) => {
  const inCode = await catalog.collect();
  if (!inCode) throw new Error('The messages could not be extracted.');
  const stored = await catalog.readAll();

  it.each(config.locales)('has every message of the code in %s, and no other', (locale) => {
    const known = stored[locale] ?? {};
    const text = (id: string) => inCode[id]?.message ?? id;
    expect({
      'not extracted': Object.keys(inCode)
        .filter((id) => !known[id])
        .map(text),
      'not in the code': Object.keys(known).filter((id) => !inCode[id]),
    }).toEqual({ 'not extracted': [], 'not in the code': [] });
  });

  const languages = config.locales.filter((locale) => locale !== config.sourceLocale);
  it.each(languages)('is translated into %s, with the values that the English has', (locale) => {
    const wrong = Object.entries(stored[locale] ?? {}).flatMap(([id, { translation }]) => {
      const source = inCode[id]?.message ?? id;
      if (!translation) return [`not translated: ${source}`];
      return values(source).join() === values(translation).join() ? [] : [`${source} → ${translation}`];
    });
    expect(wrong).toEqual([]);
  });
});
