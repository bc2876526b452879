/** How a channel type is called and coloured. */
export interface ChannelTypeLook {
  title: string;
  /** A colour name of the design's tokens. */
  hue: string;
}

const looks: Record<string, ChannelTypeLook> = {
  sms: { title: 'SMS', hue: 'sky' },
  viber: { title: 'Viber', hue: 'violet' },
  whatsapp: { title: 'WhatsApp', hue: 'green' },
  messenger: { title: 'Messenger', hue: 'blue' },
  instagram: { title: 'Instagram', hue: 'pink' },
  email: { title: 'Email', hue: 'amber' },
  wecom: { title: 'WeCom', hue: 'teal' },
  custom: { title: 'Custom', hue: 'slate' },
};

/** The look of a channel type; one that this build does not know keeps its own name. */
export function channelTypeLook(type: string): ChannelTypeLook {
  return Object.hasOwn(looks, type) && looks[type] ? looks[type] : { title: type || 'Unknown', hue: 'slate' };
}
