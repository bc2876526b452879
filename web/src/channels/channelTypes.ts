import { t } from '@lingui/core/macro';

/** How a channel type is called and coloured. */
export interface ChannelTypeLook {
  title: string;
  /** A colour name of the design's tokens. */
  hue: string;
}

/** Brands keep their names in every language, unless they have one there. */
const looks: Record<string, () => ChannelTypeLook> = {
  sms: () => ({ title: t`SMS`, hue: 'sky' }),
  viber: () => ({ title: 'Viber', hue: 'violet' }),
  whatsapp: () => ({ title: 'WhatsApp', hue: 'green' }),
  messenger: () => ({ title: 'Messenger', hue: 'blue' }),
  instagram: () => ({ title: 'Instagram', hue: 'pink' }),
  viber_bot: () => ({ title: t`Viber bot`, hue: 'violet' }),
  email: () => ({ title: t`Email`, hue: 'amber' }),
  wecom: () => ({ title: t`WeCom`, hue: 'teal' }),
  custom: () => ({ title: t`Custom`, hue: 'slate' }),
};

/** The look of a channel type; one that this build does not know keeps its own name. */
export function channelTypeLook(type: string): ChannelTypeLook {
  const look = Object.hasOwn(looks, type) ? looks[type] : undefined;
  return look ? look() : { title: type || t`Unknown`, hue: 'slate' };
}
