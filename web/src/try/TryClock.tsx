import { useLingui } from '@lingui/react/macro';
import { Pause, Play, RotateCcw, SkipForward, StepBack } from 'lucide-react';
import { useEffect } from 'react';
import { useStore } from 'zustand';
import { useEditor } from '@/editor/context';
import { formatCountdown } from '@/format/duration';
import { IconButton, Segmented } from '@/ui';
import styles from './TryPanel.module.css';
import { type Speed, speeds } from './trial';

/** How often the clock moves while it plays, in milliseconds. */
const beat = 100;

/** The virtual clock with what can be done with time. */
export function TryClock() {
  const { t } = useLingui();
  const { trial } = useEditor();
  const playing = useStore(trial, (all) => all.playing);
  const speed = useStore(trial, (all) => all.speed);
  const next = useStore(trial, (all) => all.state?.next_ms ?? null);
  const canStepBack = useStore(trial, (all) => (all.session?.past.length ?? 0) > 0);
  // Drawn once per second, not once per beat.
  const seconds = useStore(trial, (all) => Math.floor(all.clockMs / 1000));
  useEffect(() => {
    if (!playing) return undefined;
    let before = performance.now();
    const timer = setInterval(() => {
      const now = performance.now();
      trial.getState().tick(now - before);
      before = now;
    }, beat);
    return () => clearInterval(timer);
  }, [playing, trial]);
  const { back, restart, play, pause, skip, setSpeed } = trial.getState();
  const nextText = next === null ? '' : formatCountdown(next);
  return (
    <div className={styles.clock}>
      <p className={styles.time}>
        <span className="visually-hidden">{t`Virtual time`} </span>
        <time data-testid="try-clock">{clockText(seconds)}</time>
      </p>
      <div className={styles.transport}>
        <IconButton label={t`Start over`} onClick={restart} disabled={!canStepBack && seconds === 0}>
          <RotateCcw />
        </IconButton>
        <IconButton label={t`One step back`} shortcut="," onClick={back} disabled={!canStepBack}>
          <StepBack />
        </IconButton>
        <IconButton
          label={playing ? t`Pause` : t`Play`}
          shortcut="P"
          variant="secondary"
          data-first=""
          onClick={playing ? pause : play}
          disabled={!playing && next === null}
        >
          {playing ? <Pause /> : <Play />}
        </IconButton>
        <IconButton
          label={next === null ? t`Skip to next timer` : t`Skip to next timer, at ${nextText}`}
          shortcut="."
          onClick={skip}
          disabled={next === null}
        >
          <SkipForward />
        </IconButton>
      </div>
      <Segmented
        size="small"
        aria-label={t`Speed`}
        value={String(speed)}
        onChange={(value) => setSpeed(Number(value) as Speed)}
        options={speeds.map((value) => ({ value: String(value), label: `${value}×` }))}
      />
    </div>
  );
}

/** "0:32", "1:05:00", "3 d 0:00:10": time that has passed, to the second. */
function clockText(seconds: number): string {
  const day = 86_400;
  if (seconds < day) return formatCountdown(seconds * 1000);
  return `${formatCountdown(Math.floor(seconds / day) * day * 1000)} ${formatCountdown((seconds % day) * 1000)}`;
}
