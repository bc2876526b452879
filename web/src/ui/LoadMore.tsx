import { Trans } from '@lingui/react/macro';
import { useEffect, useRef } from 'react';
import { Button } from './Button';
import styles from './LoadMore.module.css';

interface LoadMoreProps {
  /** False: everything is on screen, and nothing is shown. */
  more: boolean;
  busy: boolean;
  onLoad(): void;
}

/** Loads the next page when it comes into sight, or when it is pressed. */
export function LoadMore({ more, busy, onLoad }: LoadMoreProps) {
  const place = useRef<HTMLDivElement>(null);
  const load = useRef(onLoad);
  useEffect(() => {
    load.current = onLoad;
  });
  useEffect(() => {
    const element = place.current;
    if (!element || !more || busy || typeof IntersectionObserver === 'undefined') return;
    const observer = new IntersectionObserver((entries) => {
      if (entries.some((entry) => entry.isIntersecting)) load.current();
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [more, busy]);
  if (!more) return null;
  return (
    <div ref={place} className={styles.place}>
      <Button busy={busy} onClick={onLoad}>
        <Trans>Load more</Trans>
      </Button>
    </div>
  );
}
