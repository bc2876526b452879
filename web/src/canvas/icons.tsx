import {
  ArrowRight,
  Bot,
  Box,
  Braces,
  Camera,
  Check,
  CircleAlert,
  CircleSlash,
  CircleStop,
  CircleX,
  CornerDownRight,
  CornerUpLeft,
  EyeOff,
  GitBranch,
  Globe,
  Hourglass,
  type LucideIcon,
  Mail,
  MessageCircle,
  MessageCircleMore,
  MessageSquare,
  MessageSquareMore,
  MessageSquareReply,
  Play,
  Split,
  Timer,
  Users,
} from 'lucide-react';

/**
 * The icons that node types and ports name. Loading all of lucide would cost
 * more than the whole app, so a new node type adds its icon here; until then it
 * is drawn as a box.
 */
const icons: { readonly [name: string]: LucideIcon } = {
  'arrow-right': ArrowRight,
  bot: Bot,
  braces: Braces,
  camera: Camera,
  check: Check,
  'circle-alert': CircleAlert,
  'circle-slash': CircleSlash,
  'circle-stop': CircleStop,
  'circle-x': CircleX,
  'corner-down-right': CornerDownRight,
  'corner-up-left': CornerUpLeft,
  'eye-off': EyeOff,
  'git-branch': GitBranch,
  globe: Globe,
  hourglass: Hourglass,
  mail: Mail,
  'message-circle': MessageCircle,
  'message-circle-more': MessageCircleMore,
  'message-square': MessageSquare,
  'message-square-more': MessageSquareMore,
  'message-square-reply': MessageSquareReply,
  play: Play,
  split: Split,
  timer: Timer,
  users: Users,
};

/** A node type's or port's icon by its lucide name. Decorative: its name stands beside it. */
export function NamedIcon({
  name,
  size = 18,
  fallback = Box,
}: {
  name: string;
  size?: number;
  fallback?: LucideIcon;
}) {
  const Icon = Object.hasOwn(icons, name) ? (icons[name] as LucideIcon) : fallback;
  return <Icon size={size} aria-hidden="true" />;
}
