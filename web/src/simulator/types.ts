import type { Schemas } from '@/api/client';

export type PhoneMessage = Schemas['PhoneMessage'];
export type PhoneRule = Schemas['PhoneRule'];
export type PhoneSummary = Schemas['Phone'];
export type PhoneReply = Schemas['PhoneReply'];

/** A button or row that the person at the phone tapped, and the message that it is on. */
export interface Tapped {
  message: PhoneMessage;
  id?: string | undefined;
}
