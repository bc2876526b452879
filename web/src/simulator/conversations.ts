import type { PhoneMessage } from './types';

/** One channel's screen on one phone. */
export interface Conversation {
  recipient: string;
  channelType: string;
  /** The sender that wrote last: the channel's slug. */
  channel: string;
  messages: PhoneMessage[];
}

/** Sorts messages into one screen per recipient and channel type, in the order in which each was first used. */
export function conversations(messages: readonly PhoneMessage[]): Conversation[] {
  const screens = new Map<string, Conversation>();
  for (const message of [...messages].sort((a, b) => a.at.localeCompare(b.at))) {
    const key = JSON.stringify([message.recipient, message.channel_type]);
    const screen = screens.get(key) ?? {
      recipient: message.recipient,
      channelType: message.channel_type,
      channel: message.channel,
      messages: [],
    };
    screen.messages.push(message);
    screen.channel = message.channel || screen.channel;
    screens.set(key, screen);
  }
  return [...screens.values()];
}
