import {
  AtSign,
  Bot,
  Camera,
  Globe,
  Mail,
  MessageCircle,
  MessageSquareText,
  Phone,
  Users,
  Zap,
} from 'lucide-react';
import type { ReactNode } from 'react';
import styles from './ChannelMark.module.css';
import { channelTypeLook } from './channelTypes';

interface ChannelMarkProps {
  type: string;
  /** Shows the name beside the mark; without it the name is the tooltip. */
  named?: boolean;
  size?: 'small' | 'medium';
}

/** The mark of a channel type, drawn in the style of our icons, in the type's hue. */
export function ChannelMark({ type, named = false, size = 'small' }: ChannelMarkProps) {
  const { title, hue } = channelTypeLook(type);
  return (
    <span className={styles.mark} data-hue={hue}>
      <span
        className={size === 'medium' ? styles.tileMedium : styles.tile}
        {...(named ? { 'aria-hidden': true } : { role: 'img', 'aria-label': title, title })}
      >
        {drawing(type)}
      </span>
      {named && title}
    </span>
  );
}

function drawing(type: string): ReactNode {
  switch (type) {
    case 'sms':
      return <MessageSquareText />;
    case 'whatsapp':
      return (
        <Inside
          outer={<MessageCircle />}
          inner={<Phone x={7} y={7} width={10} height={10} strokeWidth={3.2} />}
        />
      );
    case 'viber':
      return (
        <svg
          viewBox="0 0 24 24"
          fill="none"
          stroke="currentColor"
          strokeWidth={2}
          strokeLinecap="round"
          strokeLinejoin="round"
          aria-hidden="true"
        >
          <path d="M12 2.5c6 0 9 2.2 9 8.3s-3 8.2-8.2 8.2L9 22v-3.4C5 17.8 3 15.5 3 10.8 3 4.7 6 2.5 12 2.5Z" />
          <path d="M8.3 7.6c-.8.7-.9 1.8-.3 3a9 9 0 0 0 4.2 4c1.2.5 2.2.3 2.8-.6M12.3 7.2a3.6 3.6 0 0 1 3.5 3.5" />
        </svg>
      );
    case 'messenger':
      return (
        <Inside
          outer={<MessageCircle />}
          inner={<Zap x={6.5} y={6.5} width={11} height={11} strokeWidth={3} />}
        />
      );
    case 'instagram':
      return <Camera />;
    case 'viber_bot':
      return <Bot />;
    case 'email':
      return <Mail />;
    case 'wecom':
      return <Users />;
    case 'custom':
      return <Globe />;
    default:
      return <AtSign />;
  }
}

function Inside({ outer, inner }: { outer: ReactNode; inner: ReactNode }) {
  return (
    <svg viewBox="0 0 24 24" aria-hidden="true">
      {outer}
      {inner}
    </svg>
  );
}
