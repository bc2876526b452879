import { t } from '@lingui/core/macro';
import type { Schemas } from '@/api/client';

/** What people can send besides text on some channel types. */
export type Attachment = Schemas['ChannelType']['attachments'][number];
export type FileForm = Exclude<Attachment, 'location'>;

/** What a person at a phone sends besides text. */
export interface SentFile {
  form: FileForm;
  file: File;
  /** The caption; empty for none. */
  text: string;
}

/** What the browser offers to choose from; the server looks at the file itself. */
export const acceptedFiles: Record<FileForm, string> = {
  image: 'image/*',
  video: 'video/*',
  audio: 'audio/*',
  document: '',
};

/** What people call an attachment. */
export function attachmentTitle(attachment: Attachment): string {
  switch (attachment) {
    case 'image':
      return t`Picture`;
    case 'video':
      return t`Video`;
    case 'audio':
      return t`Voice note`;
    case 'document':
      return t`Document`;
    case 'location':
      return t`Location`;
  }
}

/** A place that is being written down, as it stands in the fields. */
export interface PlaceForm {
  latitude: string;
  longitude: string;
  name: string;
}

/**
 * A place as channels hand it on, "51.19,5.99 Station", or undefined when its
 * latitude or longitude is none.
 */
export function placeText({ latitude, longitude, name }: PlaceForm): string | undefined {
  const lat = degrees(latitude, 90);
  const lng = degrees(longitude, 180);
  if (lat === undefined || lng === undefined) return undefined;
  return `${lat},${lng} ${name.trim()}`.trim();
}

/** Degrees in the server's writing; a comma is taken for the point. */
export function degrees(text: string, most: number): string | undefined {
  const plain = text.trim().replace(',', '.');
  if (!/^[+-]?\d+(\.\d+)?$/.test(plain)) return undefined;
  const value = Number(plain);
  return Math.abs(value) <= most ? String(value) : undefined;
}
