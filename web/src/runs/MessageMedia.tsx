import { useLingui } from '@lingui/react/macro';
import { Download, FileText, FileX, Image, type LucideIcon, Music, Video } from 'lucide-react';
import { useState } from 'react';
import { formatBytes } from '@/format/bytes';
import { classes } from '@/ui';
import styles from './MessageMedia.module.css';
import type { MessageFile } from './types';

/** The files that a person sent: shown, playing, to be downloaded, on their way, or gone. */
export function MessageMedia({ files }: { files: readonly MessageFile[] }) {
  if (files.length === 0) return null;
  return (
    <ul className={styles.files}>
      {files.map((file) => (
        <li key={file.id} data-testid="message-file" data-status={file.status}>
          <File file={file} />
        </li>
      ))}
    </ul>
  );
}

const icons: Record<MessageFile['type'], LucideIcon> = {
  image: Image,
  video: Video,
  audio: Music,
  document: FileText,
};

/** Where the server has a file. */
export function mediaAddress(id: string): string {
  return `/api/v1/media/${encodeURIComponent(id)}`;
}

function File({ file }: { file: MessageFile }) {
  const { t } = useLingui();
  const words = { image: t`Picture`, video: t`Video`, audio: t`Audio`, document: t`Document` };
  const name = file.filename || words[file.type];
  if (file.status === 'waiting')
    return (
      <div className={classes(styles.tile, styles.waiting)} role="status">
        <Icon type={file.type} />
        <span>{t`${name} is being fetched from the provider…`}</span>
      </div>
    );
  if (file.status === 'failed')
    return (
      <div className={classes(styles.tile, styles.failed)}>
        <FileX size={18} aria-hidden="true" />
        <span>
          <b>{t`${name} could not be fetched.`}</b> {file.reason}
        </span>
      </div>
    );
  return (
    <KeptFile
      type={file.type}
      name={name}
      filename={file.filename}
      size={file.size}
      source={mediaAddress(file.id)}
    />
  );
}

interface KeptFileProps {
  type: MessageFile['type'];
  /** What to call it, and what it is called; empty when nobody called it anything. */
  name: string;
  filename: string;
  /** In bytes. */
  size: number;
  /** Where the server has it. */
  source: string;
}

/** A file that the server has: shown or playing where the browser can, else to be downloaded. */
export function KeptFile({ type, name, filename, size, source }: KeptFileProps) {
  // What the browser cannot show can still be downloaded.
  const [broken, setBroken] = useState(false);
  if (type === 'image' && !broken)
    return (
      <a href={source} target="_blank" rel="noopener noreferrer" className={styles.picture}>
        <img src={source} alt={name} loading="lazy" onError={() => setBroken(true)} />
      </a>
    );
  if (type === 'audio' && !broken)
    return (
      // biome-ignore lint/a11y/useMediaCaption: nobody writes captions of what people say
      <audio
        controls
        preload="metadata"
        src={source}
        aria-label={name}
        className={styles.player}
        onError={() => setBroken(true)}
      />
    );
  if (type === 'video' && !broken)
    return (
      // biome-ignore lint/a11y/useMediaCaption: nobody writes captions of what people film
      <video
        controls
        preload="metadata"
        src={source}
        aria-label={name}
        className={styles.video}
        onError={() => setBroken(true)}
      />
    );
  return (
    <a href={source} download={filename || true} className={classes(styles.tile, styles.download)}>
      <Icon type={type} />
      <span className={styles.name}>{name}</span>
      <span className={styles.size}>{formatBytes(size)}</span>
      <Download size={14} aria-hidden="true" />
    </a>
  );
}

function Icon({ type }: { type: MessageFile['type'] }) {
  const Picked = icons[type];
  return <Picked size={18} aria-hidden="true" />;
}
