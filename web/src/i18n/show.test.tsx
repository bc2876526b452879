import { i18n } from '@lingui/core';
import { cleanup, screen } from '@testing-library/react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { startEnglish } from './english';
import { LanguageSelect } from './LanguageSelect';
import { chooseLanguage, rememberedLanguage, showLanguage, startLanguage } from './show';
import { renderInEnglish } from './testing';

afterEach(() => {
  cleanup();
  localStorage.clear();
  startEnglish();
});

describe('the language of the interface', () => {
  it('is the one that the browser asks for, until somebody chooses', async () => {
    vi.spyOn(navigator, 'languages', 'get').mockReturnValue(['zh-TW', 'en']);
    expect(rememberedLanguage()).toBe('zh-Hant');
    await chooseLanguage('ja');
    expect(rememberedLanguage()).toBe('ja');
  });

  it('ignores a stored choice that it does not know', () => {
    vi.spyOn(navigator, 'languages', 'get').mockReturnValue(['ja']);
    localStorage.setItem('sluice.language', 'tlh');
    expect(rememberedLanguage()).toBe('ja');
  });

  it('is what the page says it is in', async () => {
    await showLanguage('zh-Hans');
    expect(document.documentElement.lang).toBe('zh-Hans');
    expect(i18n.locale).toBe('zh-Hans');
  });

  it('is not kept when it was only shown', async () => {
    await showLanguage('ja');
    expect(localStorage.getItem('sluice.language')).toBeNull();
  });

  it('starts as it was chosen', async () => {
    localStorage.setItem('sluice.language', 'zh-Hans');
    await startLanguage();
    expect(i18n.locale).toBe('zh-Hans');
  });
});

describe('LanguageSelect', () => {
  it('shows the language by its own name', async () => {
    await showLanguage('ja');
    renderInEnglish(<LanguageSelect />);
    expect(screen.getByRole('combobox').textContent).toBe('日本語');
  });
});
