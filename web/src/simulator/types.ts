import type { Schemas } from '@/api/client';

export type PhoneMessage = Schemas['PhoneMessage'];
export type PhoneRule = Schemas['PhoneRule'];
export type PhoneSummary = Schemas['Phone'];
