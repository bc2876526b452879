import { useEffect, useMemo } from 'react';
import { useStore } from 'zustand';
import type { CommandContext } from '@/commands/command';
import { told } from './told';
import type { TryPlace } from './trial';
import { trialOverlay } from './trialOverlay';

/** Drafts that change while they are tried are played again after this pause, in milliseconds. */
const settledAfter = 350;

/** The panel that the address asks for: ?try=1 or ?try=scenarios. */
export function placeInAddress(search = window.location.search): TryPlace | undefined {
  const asked = new URLSearchParams(search).get('try');
  if (asked === null) return undefined;
  return asked === 'scenarios' ? 'scenarios' : 'try';
}

/** Ties the tries of the open draft to the page: the address, the canvas, what is announced, and the draft itself. */
export function useTrialOf({ trial, store, overlay, announce, view }: CommandContext): void {
  const place = useStore(trial, (state) => state.place);
  useEffect(() => {
    const address = new URL(window.location.href);
    if (place === undefined) address.searchParams.delete('try');
    else address.searchParams.set('try', place === 'try' ? '1' : place);
    if (address.href !== window.location.href) window.history.replaceState(window.history.state, '', address);
  }, [place]);

  useEffect(() => {
    let pause: ReturnType<typeof setTimeout> | undefined;
    const stop = store.subscribe((state, before) => {
      if (state.flow === before.flow || trial.getState().place === undefined) return;
      clearTimeout(pause);
      pause = setTimeout(() => trial.getState().refresh(), settledAfter);
    });
    return () => {
      clearTimeout(pause);
      stop();
    };
  }, [store, trial]);

  useEffect(
    () =>
      trial.subscribe((now, before) => {
        if (now.state === before.state || !now.state || now.place !== 'try') return;
        const { flow, types } = store.getState();
        const text = told(now.state, before.state, flow, types);
        if (text) announce(text);
      }),
    [trial, store, announce],
  );

  const flow = useStore(store, (state) => state.flow);
  const types = useStore(store, (state) => state.types);
  const state = useStore(trial, (all) => all.state);
  const pins = useStore(trial, (all) => all.pins);
  const report = useStore(trial, (all) => all.report);
  const shown = useStore(trial, (all) => all.shown);
  const untested = useStore(trial, (all) => all.untested);
  const marks = useMemo(
    () => trialOverlay({ place, state, pins, report, shown, untested }, flow, types),
    [place, state, pins, report, shown, untested, flow, types],
  );
  const visible = place !== undefined;
  useEffect(() => {
    if (visible) overlay.getState().show(marks);
  }, [overlay, marks, visible]);
  useEffect(() => {
    if (!visible) return undefined;
    // Panels come and go beside the canvas, which has another size then.
    const drawn = requestAnimationFrame(() => requestAnimationFrame(() => view.fit()));
    return () => {
      cancelAnimationFrame(drawn);
      requestAnimationFrame(() => {
        // The panel is gone, and with it perhaps what had the keys.
        if (document.activeElement === document.body)
          document.querySelector<HTMLElement>('[data-canvas-surface]')?.focus({ preventScroll: true });
      });
      overlay.getState().clear();
    };
  }, [overlay, view, visible]);
}
