import { i18n } from '@lingui/core';

/*
 * The server speaks English. What it can say is listed in words.json, and the
 * catalogs beside this file translate the list; here its sentences are found in
 * it again. Those with values in them ("The sender ⟨0⟩ is unknown.") are found by
 * their fixed parts. What is not listed (a vendor's own words, names that people
 * gave) stays as it is.
 */

interface Pattern {
  matches: RegExp;
  translation: string;
}

const prefix = 'server:';
const placeholder = /⟨(\d+)⟩/g;

/** Gives something that the server said, a word or sentences, in the language that is shown. */
export function fromServer(text: string): string {
  return translate(text, 0);
}

/** A sentence within a sentence within a sentence is as deep as the server's go. */
const deepest = 3;

function translate(text: string, depth: number): string {
  if (text === '' || i18n.locale === 'en') return text;
  const exact = wordFor(text);
  if (exact !== undefined) return exact;
  for (const { matches, translation } of patterns()) {
    const values = matches.exec(text)?.slice(1);
    if (values)
      return translation.replaceAll(placeholder, (_, index: string) => {
        const value = values[Number(index)] ?? '';
        return depth < deepest ? translate(value, depth + 1) : value;
      });
  }
  return text;
}

function wordFor(text: string): string | undefined {
  const id = prefix + text;
  return Object.hasOwn(i18n.messages, id) ? plain(i18n.messages[id]) : undefined;
}

/** A compiled message without placeholders is one text, in a list or by itself. */
function plain(message: unknown): string {
  return Array.isArray(message) ? message.map(String).join('') : String(message);
}

const patternsOf = new WeakMap<object, Pattern[]>();

/** The sentences with values of the shown language, those with the most fixed words first. */
function patterns(): Pattern[] {
  const known = patternsOf.get(i18n.messages);
  if (known) return known;
  const made = Object.keys(i18n.messages)
    .filter((id) => id.startsWith(prefix) && id.includes('⟨'))
    .map((id) => ({ text: id.slice(prefix.length), translation: plain(i18n.messages[id]) }))
    .sort((a, b) => fixed(b.text) - fixed(a.text))
    .map(({ text, translation }) => ({ matches: matcher(text), translation }));
  patternsOf.set(i18n.messages, made);
  return made;
}

function fixed(text: string): number {
  return text.replaceAll(placeholder, '').length;
}

function matcher(text: string): RegExp {
  const parts = text.split(/⟨\d+⟩/).map((part) => part.replaceAll(/[.*+?^${}()|[\]\\/]/g, '\\$&'));
  return new RegExp(`^${parts.join('([\\s\\S]+?)')}$`, 'u');
}
