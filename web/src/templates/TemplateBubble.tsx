import { t } from '@lingui/core/macro';
import { useLingui } from '@lingui/react/macro';
import {
  Copy,
  ExternalLink,
  FileText,
  Image,
  type LucideIcon,
  Phone as PhoneIcon,
  Reply,
  SquareArrowOutUpRight,
  Video,
} from 'lucide-react';
import { safeLink } from '@/format/link';
import { Phone } from '@/simulator/Phone';
import { classes } from '@/ui';
import { filledPieces, filledText } from './parts';
import styles from './TemplateBubble.module.css';
import type { TemplateParts } from './types';

interface TemplatePhoneProps {
  channelType: string;
  template: TemplateParts;
  /** What each parameter holds; undefined or empty: it is missing. */
  values: readonly (string | undefined)[];
  recipient?: string;
  sender?: string;
}

/** A template on a phone, as the person gets it, with what is missing marked. */
export function TemplatePhone({ channelType, template, values, recipient, sender }: TemplatePhoneProps) {
  const { t } = useLingui();
  return (
    <Phone
      channelType={channelType}
      recipient={recipient ?? '+639171234567'}
      sender={sender ?? t`Your business`}
      messages={[]}
    >
      <TemplateBubble template={template} values={values} />
    </Phone>
  );
}

/** The bubble alone: header, text, footer, and the buttons below it. */
export function TemplateBubble({
  template,
  values,
}: {
  template: TemplateParts;
  values: readonly (string | undefined)[];
}) {
  const { header, text, footer, buttons } = template;
  return (
    <article className={styles.row} data-testid="template-bubble">
      <div className={styles.bubble}>
        {header && header.format !== 'text' && (
          <File format={header.format} url={header.url} values={values} />
        )}
        {header?.format === 'text' && (
          <p className={styles.header}>
            <Filled text={header.text} values={values} />
          </p>
        )}
        {text && (
          <p className={styles.text}>
            <Filled text={text} values={values} formatted />
          </p>
        )}
        {footer && (
          <p className={styles.footer}>
            <Filled text={footer} values={values} />
          </p>
        )}
      </div>
      {buttons.length > 0 && (
        <ul className={styles.buttons}>
          {buttons.map((button, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: buttons are told apart by their place
            <li key={index} className={styles.button} title={buttonDetail(button, values)}>
              <ButtonIcon type={button.type} />
              <Filled text={button.text} values={values} />
              {[button.url, button.code].some((part) => missing(part, values)) && (
                <span className={styles.missing}>{t`value missing`}</span>
              )}
            </li>
          ))}
        </ul>
      )}
    </article>
  );
}

const buttonIcons: Record<TemplateParts['buttons'][number]['type'], LucideIcon> = {
  reply: Reply,
  url: ExternalLink,
  phone: PhoneIcon,
  copy_code: Copy,
  other: SquareArrowOutUpRight,
};

function ButtonIcon({ type }: { type: TemplateParts['buttons'][number]['type'] }) {
  const Icon = buttonIcons[type];
  return <Icon size={13} aria-hidden="true" />;
}

function buttonDetail(button: TemplateParts['buttons'][number], values: readonly (string | undefined)[]) {
  return filledText(button.url || button.phone || button.code, values) || undefined;
}

function missing(text: string, values: readonly (string | undefined)[]): boolean {
  return filledPieces(text, values).some((piece) => piece.kind === 'missing');
}

const fileIcons: Record<'image' | 'video' | 'document', LucideIcon> = {
  image: Image,
  video: Video,
  document: FileText,
};

/** A tile in place of the file: nothing is fetched from outside. */
function File({
  format,
  url,
  values,
}: {
  format: 'image' | 'video' | 'document';
  url: string;
  values: readonly (string | undefined)[];
}) {
  const Icon = fileIcons[format];
  const address = filledText(url, values);
  const name = safeLink(address) ? address.split(/[?#]/)[0]?.split('/').pop() : undefined;
  return (
    <div className={classes(styles.file, missing(url, values) && styles.fileMissing)} data-format={format}>
      <Icon size={24} aria-hidden="true" />
      <span>
        {missing(url, values) ? t`The file’s address is missing` : name || address || t`The approved file`}
      </span>
    </div>
  );
}

/** A text with its values. WhatsApp's stars are shown as bold letters. */
function Filled({
  text,
  values,
  formatted = false,
}: {
  text: string;
  values: readonly (string | undefined)[];
  formatted?: boolean;
}) {
  return filledPieces(text, values).map((piece, index) => {
    // Pieces have no identity but their place.
    const key = `${index} ${piece.kind}`;
    if (piece.kind === 'missing')
      return (
        <mark key={key} className={styles.missing} title={t`This parameter is missing`}>
          {`{{${piece.number}}}`}
        </mark>
      );
    if (piece.kind === 'value')
      return (
        <span key={key} className={styles.value}>
          {piece.text}
        </span>
      );
    return <span key={key}>{formatted ? bold(piece.text) : piece.text}</span>;
  });
}

function bold(text: string) {
  return text.split(/(\*[^*\n]+\*)/).map((part, index) =>
    part.length > 2 && part.startsWith('*') && part.endsWith('*') ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: parts have no identity but their place
      <strong key={index}>{part.slice(1, -1)}</strong>
    ) : (
      part
    ),
  );
}
