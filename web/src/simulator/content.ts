import { t } from '@lingui/core/macro';
import { safeLink } from '@/format/link';
import { attachmentTitle } from './attachments';
import type { PhoneMessage } from './types';

/** One message as a phone draws it. */
export interface Bubble {
  text: string;
  media?: { kind: 'image' | 'video' | 'audio' | 'document'; name: string; href?: string };
  /** What can be pressed: answers with its title, or opens a link. */
  buttons: { title: string; id?: string; href?: string }[];
  /** The choices of a list message, behind its button. */
  list?: { button: string; rows: { title: string; id?: string; description: string }[] };
  /** Set when only the template's name is known, not its text. */
  template?: { name: string; parameters: string[] };
}

const mediaKinds = ['image', 'video', 'audio', 'document'] as const;

/**
 * Reads a message's content (the form that flows use, already rendered) for
 * drawing. Everything in it is text from outside: what has another type than
 * expected is left out, and only http(s) addresses become links.
 */
export function readBubble(message: Pick<PhoneMessage, 'text' | 'content'>): Bubble {
  const { content } = message;
  const bubble: Bubble = { text: message.text || text(content.text) || text(content.caption), buttons: [] };
  const kind = mediaKinds.find((known) => known === content.type);
  if (kind) {
    const url = text(content.url);
    const href = safeLink(url);
    const name = text(content.filename) || url.split(/[?#]/)[0]?.split('/').pop() || attachmentTitle(kind);
    bubble.media = { kind, name, ...(href ? { href } : {}) };
  }
  if (content.type === 'buttons') {
    bubble.buttons = records(content.buttons)
      .map((button) => {
        const href = safeLink(button.url);
        return { title: text(button.title) || text(button.url), ...named(button), ...(href ? { href } : {}) };
      })
      .filter((button) => button.title);
  }
  if (content.type === 'list') {
    bubble.list = {
      button: text(content.button) || t`Choose`,
      rows: records(content.rows)
        .map((row) => ({ title: text(row.title), ...named(row), description: text(row.description) }))
        .filter((row) => row.title),
    };
  }
  if (content.type === 'template' && !bubble.text) {
    bubble.template = {
      name: [text(content.template), text(content.language)].filter(Boolean).join(', '),
      parameters: Array.isArray(content.parameters) ? content.parameters.map(String) : [],
    };
  }
  return bubble;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** What a button or row is called when it is tapped. */
function named(choice: Record<string, unknown>): { id?: string } {
  const id = text(choice.id);
  return id ? { id } : {};
}

function records(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value)
    ? value.filter((item): item is Record<string, unknown> => typeof item === 'object' && item !== null)
    : [];
}
