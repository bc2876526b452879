import { describe, expect, it } from 'vitest';
import { preferredLanguage } from './languages';

describe('preferredLanguage', () => {
  it.each([
    [['en-GB', 'ja'], 'en'],
    [['ja-JP'], 'ja'],
    [['de', 'fr-CA'], 'en'],
    [['de', 'ja', 'en'], 'ja'],
    [['zh'], 'zh-Hans'],
    [['zh-CN'], 'zh-Hans'],
    [['zh-SG'], 'zh-Hans'],
    [['zh-TW'], 'zh-Hant'],
    [['zh-HK'], 'zh-Hant'],
    [['zh-MO'], 'zh-Hant'],
    [['zh-Hant-CN'], 'zh-Hant'],
    [['zh-Hans-TW'], 'zh-Hans'],
    [['*', 'not a tag!', 'ja'], 'ja'],
    [[], 'en'],
  ])('of %j is %s', (tags, language) => {
    expect(preferredLanguage(tags)).toBe(language);
  });
});
