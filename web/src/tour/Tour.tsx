import { Trans, useLingui } from '@lingui/react/macro';
import { type CSSProperties, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { useLocation, useSearch } from 'wouter';
import { Button, useMediaQuery } from '@/ui';
import { type Box, beside } from './position';
import { useTour } from './state';
import { anchorOf, type TourPlace, type TourStep, tourSteps } from './steps';
import styles from './Tour.module.css';

/** How often the page is looked at, in milliseconds: steps are done by using it, not by telling the tour. */
const lookEvery = 200;

/** The running tour: a card beside what it is about, and a ring around that. */
export function Tour() {
  const { t, i18n } = useLingui();
  const [path, navigate] = useLocation();
  const search = useSearch();
  const { step: index, flow, goTo, setFlow, dismiss, finish } = useTour();
  const step = tourSteps[Math.min(index, tourSteps.length - 1)] as TourStep;
  const place: TourPlace = { path, search, flow };
  const here = step.fits(place);
  const anchor = useAnchor(step, here);
  const last = index >= tourSteps.length - 1;
  const card = useRef<HTMLElement>(null);
  const style = useCardStyle(card, anchor, index);

  useEffect(() => {
    const made = /^\/flows\/([^/]+)$/.exec(path)?.[1];
    if (made && (step.id === 'take' || step.id === 'choose')) setFlow(made);
  }, [path, step.id, setFlow]);
  useEffect(() => {
    const look = () => {
      const now = { path, search, flow: useTour.getState().flow };
      if (step.done(now, document)) goTo(Math.min(index + 1, tourSteps.length - 1));
    };
    const timer = setInterval(look, lookEvery);
    return () => clearInterval(timer);
  }, [step, index, path, search, goTo]);

  const next = () => (last ? finish() : goTo(index + 1));
  const words = {
    number: index + 1,
    of: tourSteps.length,
    title: i18n._(step.title),
    text: i18n._(step.text),
  };
  return (
    <>
      {anchor && here && <div className={styles.ring} style={ringStyle(anchor)} aria-hidden="true" />}
      <aside
        ref={card}
        id="tour"
        tabIndex={-1}
        className={styles.card}
        style={style}
        aria-label={t`Tour`}
        onKeyDown={(event) => event.key === 'Escape' && dismiss()}
      >
        <p className={styles.count}>
          <Trans>
            Step {words.number} of {words.of}
          </Trans>
        </p>
        <h2 className={styles.title}>{words.title}</h2>
        <p className={styles.text}>{words.text}</p>
        <div className={styles.actions}>
          {!last && (
            <Button size="small" variant="ghost" onClick={dismiss}>
              <Trans>Leave the tour</Trans>
            </Button>
          )}
          {!here ? (
            <Button size="small" variant="primary" onClick={() => navigate(step.home(place))}>
              <Trans>Go there</Trans>
            </Button>
          ) : step.readOnly ? (
            <Button size="small" variant="primary" onClick={next}>
              {last ? t`Finish` : t`Go on`}
            </Button>
          ) : (
            <Button size="small" onClick={next}>
              <Trans>Skip this step</Trans>
            </Button>
          )}
        </div>
      </aside>
      <p className="visually-hidden" role="status">
        <Trans>
          Tour, step {words.number} of {words.of}: {words.title}. {words.text}
        </Trans>
      </p>
    </>
  );
}

/** The box of the element that the step is about, followed as it moves; scrolled into sight once. */
function useAnchor(step: TourStep, here: boolean): Box | undefined {
  const [box, setBox] = useState<Box>();
  useEffect(() => {
    setBox(undefined);
    if (!here) return undefined;
    let shown: HTMLElement | undefined;
    const look = () => {
      const element = anchorOf(step, document);
      if (element && element !== shown) element.scrollIntoView({ block: 'nearest', inline: 'nearest' });
      shown = element;
      const rect = element?.getBoundingClientRect();
      setBox((before) => (rect ? sameOr(before, rect) : undefined));
    };
    look();
    const timer = setInterval(look, lookEvery);
    window.addEventListener('resize', look);
    document.addEventListener('scroll', look, { capture: true, passive: true });
    return () => {
      clearInterval(timer);
      window.removeEventListener('resize', look);
      document.removeEventListener('scroll', look, { capture: true });
    };
  }, [step, here]);
  return box;
}

function sameOr(before: Box | undefined, { left, top, width, height }: Box): Box {
  const same =
    before &&
    before.left === left &&
    before.top === top &&
    before.width === width &&
    before.height === height;
  return same ? before : { left, top, width, height };
}

/** On small screens the card lies at the bottom; elsewhere beside its element, or in the corner without one. */
function useCardStyle(
  card: React.RefObject<HTMLElement | null>,
  anchor: Box | undefined,
  index: number,
): CSSProperties {
  const small = useMediaQuery('(max-width: 720px)');
  const [style, setStyle] = useState<CSSProperties>({});
  // biome-ignore lint/correctness/useExhaustiveDependencies: another step has other words, so another height
  useLayoutEffect(() => {
    const element = card.current;
    if (!element || small || !anchor) {
      setStyle({});
      return;
    }
    const size = { width: element.offsetWidth, height: element.offsetHeight };
    const { left, top } = beside(anchor, size, { width: window.innerWidth, height: window.innerHeight });
    setStyle({ left, top, right: 'auto', bottom: 'auto' });
  }, [card, anchor, small, index]);
  return style;
}

function ringStyle({ left, top, width, height }: Box): CSSProperties {
  return { left: left - 5, top: top - 5, width: width + 10, height: height + 10 };
}
