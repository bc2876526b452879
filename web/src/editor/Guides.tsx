import { useStore, ViewportPortal } from '@xyflow/react';
import type { Guide } from '@/flow-model';
import styles from './Guides.module.css';

/** How far a line goes on beyond the cards on it, in canvas pixels. */
const beyond = 16;

/** The lines that show what a dragged card is aligned with. */
export function Guides({ guides }: { guides: readonly Guide[] }) {
  // As thin as can be on the screen, however far away the canvas is.
  const thin = useStore((state) => 1 / state.transform[2]);
  if (guides.length === 0) return null;
  return (
    <ViewportPortal>
      {guides.map(({ axis, at, from, to }) => {
        const [begin, length] = [from - beyond, to - from + 2 * beyond];
        return (
          <div
            key={axis}
            className={styles.guide}
            data-testid={`guide-${axis}`}
            style={
              axis === 'x'
                ? { transform: `translate(${at}px, ${begin}px)`, width: thin, height: length }
                : { transform: `translate(${begin}px, ${at}px)`, width: length, height: thin }
            }
          />
        );
      })}
    </ViewportPortal>
  );
}
