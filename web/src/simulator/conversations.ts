import type { PhoneMessage } from './types';

/** One channel's screen on one phone. */
export interface Conversation {
  recipient: string;
  channelType: string;
  /** The sender that wrote last: the channel's slug. */
  channel: string;
  messages: PhoneMessage[];
}

/**
 * Of what is on the phones that a run wrote to, what belongs to the run: its
 * messages, and the answers since its first one. An answer names no run; which
 * run takes it, the server decides.
 */
export function messagesOfRun(messages: readonly PhoneMessage[], runId: string): PhoneMessage[] {
  const first = new Map<string, string>();
  const screen = (message: PhoneMessage) => JSON.stringify([message.recipient, message.channel_type]);
  for (const message of messages) {
    if (message.run_id !== runId) continue;
    const key = screen(message);
    const known = first.get(key);
    if (known === undefined || Date.parse(message.at) < Date.parse(known)) first.set(key, message.at);
  }
  return messages.filter((message) => {
    if (message.run_id === runId) return true;
    const since = first.get(screen(message));
    return (
      message.direction === 'inbound' && since !== undefined && Date.parse(message.at) >= Date.parse(since)
    );
  });
}

/** Sorts messages into one screen per recipient and channel type, in the order in which each was first used. */
export function conversations(messages: readonly PhoneMessage[]): Conversation[] {
  const screens = new Map<string, Conversation>();
  for (const message of [...messages].sort((a, b) => Date.parse(a.at) - Date.parse(b.at))) {
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
