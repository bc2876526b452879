import { i18n } from '@lingui/core';
import { msg, t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import {
  FileText,
  MessageSquareText,
  Moon,
  Play,
  RadioTower,
  Settings,
  Smartphone,
  Sun,
  Workflow,
} from 'lucide-react';
import { lazy, type ReactNode, Suspense } from 'react';
import { Link, useLocation } from 'wouter';
import { HelpMenu } from '@/tour/HelpMenu';
import { useTour } from '@/tour/state';
import { IconButton, Tooltip } from '@/ui';
import styles from './Shell.module.css';
import { useTheme } from './theme';

// Only those who take it load it.
const Tour = lazy(async () => ({ default: (await import('@/tour/Tour')).Tour }));

const places = [
  { path: '/flows', label: msg`Flows`, icon: Workflow },
  { path: '/runs', label: msg`Runs`, icon: Play },
  { path: '/channels', label: msg`Channels`, icon: RadioTower },
  { path: '/templates', label: msg`Templates`, icon: FileText },
  { path: '/phones', label: msg`Phones`, icon: Smartphone },
  { path: '/settings', label: msg`Settings`, icon: Settings },
];

/** Flows to begin with belong to the flows. */
function isAt(location: string, path: string): boolean {
  const within = (place: string) => location === place || location.startsWith(`${place}/`);
  return within(path) || (path === '/flows' && within('/gallery'));
}

/** The frame around every screen of a signed-in user: the places at the left, the screen beside them. */
export function Shell({ banner, children }: { banner?: ReactNode; children: ReactNode }) {
  const [location] = useLocation();
  const touring = useTour((state) => state.status === 'running');
  return (
    <div className={styles.shell}>
      <a className={styles.skip} href="#content">
        <Trans>Skip to the content</Trans>
      </a>
      {touring && (
        <a className={styles.skip} href="#tour">
          <Trans>Skip to the tour</Trans>
        </a>
      )}
      <nav className={styles.nav} aria-label={t`Main`}>
        <Link href="/flows" className={styles.brand} aria-label={t`Sluice: all flows`}>
          <MessageSquareText size={18} aria-hidden="true" />
        </Link>
        <ul className={styles.places}>
          {places.map(({ path, label, icon: Icon }) => (
            <li key={path}>
              <Tooltip content={i18n._(label)} side="right">
                <Link
                  href={path}
                  className={styles.place}
                  aria-label={i18n._(label)}
                  aria-current={isAt(location, path) ? 'page' : undefined}
                >
                  <Icon size={18} aria-hidden="true" />
                  <span className={styles.word}>{i18n._(label)}</span>
                </Link>
              </Tooltip>
            </li>
          ))}
        </ul>
        <HelpMenu className={styles.theme} />
        <ThemeButton />
      </nav>
      <div className={styles.side}>
        {banner}
        <main className={styles.main} id="content" tabIndex={-1}>
          {children}
        </main>
      </div>
      {touring && (
        <Suspense fallback={null}>
          <Tour />
        </Suspense>
      )}
    </div>
  );
}

function ThemeButton() {
  const { choice, choose } = useTheme();
  const dark =
    choice === 'dark' || (choice === 'system' && window.matchMedia('(prefers-color-scheme: dark)').matches);
  return (
    <IconButton
      label={dark ? t`Use the light theme` : t`Use the dark theme`}
      className={styles.theme}
      onClick={() => choose(dark ? 'light' : 'dark')}
    >
      {dark ? <Sun /> : <Moon />}
    </IconButton>
  );
}
