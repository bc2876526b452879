/** How a text message is counted and charged. */
export interface SmsCount {
  /** "GSM-7" for the alphabet of telephones, "UCS-2" when another character is in the text. */
  encoding: 'GSM-7' | 'UCS-2';
  /** Characters as people see them. */
  characters: number;
  /** What counts against the segments: septets in GSM-7, UTF-16 code units in UCS-2. */
  units: number;
  segments: number;
  /** How many units more fit into the last segment. */
  left: number;
  /** The characters that force UCS-2, each once, in the order of the text. */
  forcing: string[];
}

// 3GPP TS 23.038: the default alphabet, and the extension table, whose
// characters take two septets. A message of several segments loses seven
// septets (or three UCS-2 units) of each to the header that joins them.
const basic = new Set(
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà',
);
const extension = new Set('\f^{}\\[~]|€');

export function smsCount(text: string): SmsCount {
  const all = [...text];
  const forcing = [...new Set(all.filter((character) => !basic.has(character) && !extension.has(character)))];
  if (forcing.length > 0) return counted('UCS-2', all, forcing, (character) => character.length, 70, 67);
  return counted('GSM-7', all, [], (character) => (extension.has(character) ? 2 : 1), 160, 153);
}

/** A character of two units is never cut in two: where it does not fit any more, the segment ends early. */
function counted(
  encoding: SmsCount['encoding'],
  all: string[],
  forcing: string[],
  size: (character: string) => number,
  single: number,
  part: number,
): SmsCount {
  const units = all.reduce((sum, character) => sum + size(character), 0);
  const characters = all.length;
  if (units <= single) {
    return { encoding, characters, units, segments: units === 0 ? 0 : 1, left: single - units, forcing };
  }
  let segments = 1;
  let filled = 0;
  for (const character of all) {
    if (filled + size(character) > part) {
      segments++;
      filled = 0;
    }
    filled += size(character);
  }
  return { encoding, characters, units, segments, left: part - filled, forcing };
}

/**
 * The longest text of a message, in characters, by channel type. Meta: WhatsApp
 * Cloud API (text.body) and Messenger Platform (message.text); Instagram
 * messaging (1,000 bytes, taken as characters); Rakuten Viber business messages and bots;
 * WeCom customer service (2,048 bytes, taken as characters).
 */
const limits: { [channelType: string]: number } = {
  whatsapp: 4096,
  viber: 1000,
  viber_bot: 7000,
  messenger: 2000,
  instagram: 1000,
  wecom: 2048,
};

/** Captions are shorter than texts (WhatsApp Cloud API, media.caption; Viber, file caption). */
const captionLimits: { [channelType: string]: number } = { whatsapp: 1024, viber: 1000, viber_bot: 512 };

export function textLimit(channelType: string | undefined, field: string): number | undefined {
  if (channelType === undefined) return undefined;
  return (field === 'caption' ? captionLimits : limits)[channelType];
}
