import type { ExtractorType } from '@lingui/conf';

/**
 * A lingui extractor for the list of what the server says (words.json). A
 * message's id is its English text after "server:", by which the editor looks it
 * up; braces are quoted, because in a message they would be a placeholder.
 */
export const serverWords: ExtractorType = {
  match: (filename) => filename.endsWith('words.json'),
  extract(filename, code, onMessageExtracted) {
    for (const text of JSON.parse(code) as string[]) {
      const message = text.replaceAll(/[{}]+/g, "'$&'");
      onMessageExtracted({ id: `server:${text}`, message, origin: [filename, 1], placeholders: {} });
    }
  },
};
