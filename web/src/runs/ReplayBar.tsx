import { Trans, useLingui } from '@lingui/react/macro';
import { ChevronFirst, ChevronLast, ChevronLeft, ChevronRight, Pause, Play } from 'lucide-react';
import { useEffect, useMemo, useState } from 'react';
import { formatDuration } from '@/format/duration';
import { IconButton, Select } from '@/ui';
import styles from './ReplayBar.module.css';
import { indexAt, placesOf, restOf, sliderWidth, speeds, stepTimes } from './replay';
import type { Run } from './types';

interface ReplayBarProps {
  run: Run;
  /** The place of the shown step; undefined while the run is shown as it is now. */
  index: number | undefined;
  onIndex(index: number): void;
}

/** Goes through a run step by step: by buttons, the arrow keys, the slider of its time, or by itself. */
export function ReplayBar({ run, index, onIndex }: ReplayBarProps) {
  const { t } = useLingui();
  const times = useMemo(() => stepTimes(run), [run]);
  const last = run.steps.length - 1;
  const at = index ?? last;
  const [plays, setPlays] = useState(false);
  const [speed, setSpeed] = useState<number>(10);
  const places = useMemo(() => placesOf(times, times.at(-1) ?? 0), [times]);
  const go = (next: number) => onIndex(Math.min(last, Math.max(0, next)));

  useEffect(() => {
    if (!plays) return;
    if (at >= last) {
      setPlays(false);
      return;
    }
    const timer = setTimeout(() => onIndex(at + 1), restOf(times, at, speed));
    return () => clearTimeout(timer);
  }, [plays, at, last, times, speed, onIndex]);
  useArrowKeys((by) => {
    setPlays(false);
    go(at + by);
  });
  if (last < 0) return null;
  const play = () => {
    if (!plays && at >= last) onIndex(0);
    setPlays(!plays);
  };
  const step = (next: number) => {
    setPlays(false);
    go(next);
  };
  const time = formatDuration(times[at] ?? 0);
  return (
    <section className={styles.bar} aria-label={t`Replay`}>
      <IconButton size="small" label={t`First step`} disabled={at === 0} onClick={() => step(0)}>
        <ChevronFirst />
      </IconButton>
      <IconButton
        size="small"
        label={t`Previous step`}
        shortcut="←"
        disabled={at === 0}
        onClick={() => step(at - 1)}
      >
        <ChevronLeft />
      </IconButton>
      <IconButton size="small" label={plays ? t`Pause` : t`Play`} onClick={play}>
        {plays ? <Pause /> : <Play />}
      </IconButton>
      <IconButton
        size="small"
        label={t`Next step`}
        shortcut="→"
        disabled={at >= last}
        onClick={() => step(at + 1)}
      >
        <ChevronRight />
      </IconButton>
      <IconButton size="small" label={t`Last step`} disabled={at >= last} onClick={() => step(last)}>
        <ChevronLast />
      </IconButton>
      <div className={styles.time}>
        <input
          type="range"
          className={styles.slider}
          min={0}
          max={sliderWidth}
          value={places[at] ?? 0}
          aria-label={t`Time in the run`}
          aria-valuetext={t`Step ${at + 1} of ${last + 1}, ${time} after the start`}
          onChange={(event) => step(indexAt(places, Number(event.target.value)))}
        />
        <svg className={styles.ticks} viewBox="0 0 1000 4" preserveAspectRatio="none" aria-hidden="true">
          {places.map((place) => (
            <rect key={place} x={(place / sliderWidth) * 996} width={4} height={4} />
          ))}
        </svg>
      </div>
      <span className={styles.place} data-testid="replay-place">
        <Trans>
          {at + 1} of {last + 1}
        </Trans>
        <span className={styles.offset}>+{time}</span>
      </span>
      <div className={styles.speed}>
        <Select
          aria-label={t`Speed`}
          value={String(speed)}
          onChange={(value) => setSpeed(Number(value))}
          options={speeds.map((value) => ({ value: String(value), label: `${value}×` }))}
        />
      </div>
    </section>
  );
}

/** Left and right, unless they are meant for a field, a slider or tabs. */
function useArrowKeys(onStep: (by: number) => void): void {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return;
      if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || event.defaultPrevented) return;
      const target = event.target instanceof Element ? event.target : undefined;
      if (
        target?.closest(
          'input, textarea, select, [role="tab"], [role="radio"], [role="dialog"], [contenteditable]',
        )
      )
        return;
      event.preventDefault();
      onStep(event.key === 'ArrowLeft' ? -1 : 1);
    };
    document.addEventListener('keydown', press);
    return () => document.removeEventListener('keydown', press);
  });
}
