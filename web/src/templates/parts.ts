import { t } from '@lingui/core/macro';
import { pieces } from './placeholders';
import type { Template, TemplateParts } from './types';

/** A piece of a filled text: literal, what parameter `number` gave, or where it is missing. */
export type FilledPiece =
  | { kind: 'text'; text: string }
  | { kind: 'value'; number: number; text: string }
  | { kind: 'missing'; number: number };

/** A template's text with the values put in. What a value holds is never read again. */
export function filledPieces(text: string, values: readonly (string | undefined)[]): FilledPiece[] {
  return pieces(text).map((piece): FilledPiece => {
    if ('text' in piece) return { kind: 'text', text: piece.text };
    const value = values[piece.number - 1];
    return value
      ? { kind: 'value', number: piece.number, text: value }
      : { kind: 'missing', number: piece.number };
  });
}

/** The filled text as one line of words; what is missing stays {{n}}. */
export function filledText(text: string, values: readonly (string | undefined)[]): string {
  return filledPieces(text, values)
    .map((piece) => (piece.kind === 'missing' ? `{{${piece.number}}}` : piece.text))
    .join('');
}

/** Where a parameter stands in its template. */
export type ParameterPlace =
  | { part: 'text' | 'header-text' | 'other' }
  | { part: 'header-file'; format: 'image' | 'video' | 'document' }
  | { part: 'link' | 'code'; button: string };

/** The first place of parameter `number` (from 1), as a reader meets it. */
export function parameterPlace(template: TemplateParts, number: number): ParameterPlace {
  const uses = (text: string) => pieces(text).some((piece) => 'number' in piece && piece.number === number);
  const { header } = template;
  if (header && header.format !== 'text' && uses(header.url))
    return { part: 'header-file', format: header.format };
  if (uses(template.text)) return { part: 'text' };
  if (header && uses(header.text)) return { part: 'header-text' };
  const link = template.buttons.find((button) => uses(button.url));
  if (link) return { part: 'link', button: link.text };
  const code = template.buttons.find((button) => uses(button.code));
  return code ? { part: 'code', button: code.text } : { part: 'other' };
}

/** What a parameter is, for the one who fills it in. */
export function parameterLabel(template: Template, number: number): string {
  const known = template.parameter_list[number - 1];
  const own = known && !/^\d+$/.test(known.name) && known.name !== 'header' ? known.name : undefined;
  const place = parameterPlace(template, number);
  const placeholder = `{{${number}}}`;
  switch (place.part) {
    case 'header-file':
      return place.format === 'image'
        ? t`Address of the header’s picture`
        : place.format === 'video'
          ? t`Address of the header’s video`
          : t`Address of the header’s document`;
    case 'header-text':
      return own ? t`${own} in the header` : t`${placeholder} in the header`;
    case 'link':
      return t`End of the link “${place.button}”`;
    case 'code':
      return t`Code that “${place.button}” copies`;
    default:
      return own ?? t`${placeholder} in the text`;
  }
}

/** How many values a message with the template gives. */
export function missingParameters(template: Template, values: readonly (string | undefined)[]): number[] {
  return Array.from({ length: template.parameters }, (_, index) => index + 1).filter(
    (number) => !values[number - 1],
  );
}
