import { Trans, useLingui } from '@lingui/react/macro';
import {
  FileText,
  Image,
  LoaderCircle,
  type LucideIcon,
  MapPin,
  Mic,
  Paperclip,
  SendHorizontal,
  Video,
} from 'lucide-react';
import { useRef, useState } from 'react';
import { Button, IconButton, Input, Menu } from '@/ui';
import {
  type Attachment,
  acceptedFiles,
  attachmentTitle,
  degrees,
  type FileForm,
  type PlaceForm,
  placeText,
  type SentFile,
} from './attachments';
import styles from './ReplyBox.module.css';

interface ReplyBoxProps {
  /** The channel type's title. */
  title: string;
  attachments: readonly Attachment[];
  onReply(text: string): void;
  /** Resolves when the file is sent; false keeps the caption to try again. */
  onAttach?: ((sent: SentFile) => Promise<boolean>) | undefined;
}

const icons: Record<Attachment, LucideIcon> = {
  image: Image,
  video: Video,
  audio: Mic,
  document: FileText,
  location: MapPin,
};

/** Where the person at the phone writes, and attaches what people can send there. */
export function ReplyBox({ title, attachments, onReply, onAttach }: ReplyBoxProps) {
  const { t } = useLingui();
  const [text, setText] = useState('');
  const [locating, setLocating] = useState(false);
  const [sending, setSending] = useState(false);
  const [form, setForm] = useState<FileForm>('image');
  const input = useRef<HTMLInputElement>(null);
  const chooser = useRef<HTMLInputElement>(null);
  const attach = async (file: File) => {
    setSending(true);
    const sent = await onAttach?.({ form, file, text: text.trim() });
    setSending(false);
    if (sent) setText('');
    input.current?.focus();
  };
  const choose = (kind: Attachment) => {
    if (kind === 'location') return setLocating(true);
    setForm(kind);
    const control = chooser.current;
    if (!control) return;
    control.accept = acceptedFiles[kind];
    control.click();
  };
  if (locating)
    return (
      <PlaceFields
        title={title}
        onSend={(place) => {
          onReply(place);
          setLocating(false);
        }}
        onCancel={() => setLocating(false)}
      />
    );
  return (
    <form
      className={styles.reply}
      aria-busy={sending}
      onSubmit={(event) => {
        event.preventDefault();
        const trimmed = text.trim();
        if (!trimmed) return;
        onReply(trimmed);
        setText('');
      }}
    >
      {onAttach && attachments.length > 0 && (
        <>
          <Menu
            align="start"
            trigger={
              <IconButton label={t`Attach on ${title}`} size="small" disabled={sending}>
                {sending ? <LoaderCircle className={styles.sending} /> : <Paperclip />}
              </IconButton>
            }
            items={attachments.map((kind) => {
              const Icon = icons[kind];
              return { label: attachmentTitle(kind), icon: <Icon />, onSelect: () => choose(kind) };
            })}
          />
          <input
            ref={chooser}
            type="file"
            className={styles.chooser}
            aria-label={t`File to send on ${title}`}
            tabIndex={-1}
            onChange={(event) => {
              const [file] = event.target.files ?? [];
              // The same file can be chosen again.
              event.target.value = '';
              if (file) void attach(file);
            }}
          />
        </>
      )}
      <input
        ref={input}
        className={styles.input}
        aria-label={t`Answer on ${title}`}
        placeholder={t`Answer…`}
        maxLength={4096}
        autoComplete="off"
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <IconButton label={t`Send the answer`} size="small" type="submit" disabled={!text.trim() || sending}>
        <SendHorizontal />
      </IconButton>
    </form>
  );
}

interface PlaceFieldsProps {
  title: string;
  onSend(place: string): void;
  onCancel(): void;
}

/** A place to send: where it is, and what it is called. */
function PlaceFields({ title, onSend, onCancel }: PlaceFieldsProps) {
  const { t } = useLingui();
  const [place, setPlace] = useState<PlaceForm>({ latitude: '', longitude: '', name: '' });
  const [asked, setAsked] = useState(false);
  const change = (part: Partial<PlaceForm>) => setPlace({ ...place, ...part });
  const wrong = asked && placeText(place) === undefined;
  return (
    <form
      className={styles.place}
      aria-label={t`Location on ${title}`}
      onKeyDown={(event) => {
        if (event.key === 'Escape') onCancel();
      }}
      onSubmit={(event) => {
        event.preventDefault();
        const text = placeText(place);
        setAsked(true);
        if (text !== undefined) onSend(text);
      }}
    >
      <div className={styles.coordinates}>
        <Input
          aria-label={t`Latitude`}
          placeholder={t`Latitude`}
          inputMode="decimal"
          autoComplete="off"
          autoFocus
          aria-invalid={wrong && degrees(place.latitude, 90) === undefined}
          value={place.latitude}
          onChange={(event) => change({ latitude: event.target.value })}
        />
        <Input
          aria-label={t`Longitude`}
          placeholder={t`Longitude`}
          inputMode="decimal"
          autoComplete="off"
          aria-invalid={wrong && degrees(place.longitude, 180) === undefined}
          value={place.longitude}
          onChange={(event) => change({ longitude: event.target.value })}
        />
      </div>
      <Input
        aria-label={t`Name of the place`}
        placeholder={t`Name of the place (optional)`}
        maxLength={200}
        autoComplete="off"
        value={place.name}
        onChange={(event) => change({ name: event.target.value })}
      />
      {wrong && (
        <p className={styles.wrong} role="alert">
          <Trans>Write both in degrees: the latitude from -90 to 90, the longitude from -180 to 180.</Trans>
        </p>
      )}
      <div className={styles.actions}>
        <Button size="small" variant="ghost" onClick={onCancel}>
          <Trans>Cancel</Trans>
        </Button>
        <Button size="small" variant="primary" type="submit">
          <Trans>Send the location</Trans>
        </Button>
      </div>
    </form>
  );
}
