import { memo } from 'react';
import { classes } from '@/ui';
import type { Card } from './cards';
import { NamedIcon } from './icons';
import styles from './NodeCard.module.css';
import { useNodeTone } from './overlay';

interface FarCardProps {
  card: Card;
  /** As tall as the card is when it is read, in canvas pixels. */
  height: number;
  selected: boolean;
}

/** A node seen from afar: a box in its place, with what can still be read. */
export const FarCard = memo(function FarCard({ card, height, selected }: FarCardProps) {
  const tone = useNodeTone(card.id);
  return (
    <article
      className={classes(
        styles.card,
        styles.far,
        selected && styles.selected,
        card.errors.length > 0 && styles.broken,
        card.disabled && styles.disabled,
        tone && styles[tone],
      )}
      style={{ height }}
      data-hue={card.hue}
      data-testid={`node-${card.id}`}
      aria-label={`${card.title}, ${card.typeTitle}`}
    >
      <span className={styles.icon}>
        <NamedIcon name={card.icon} size={34} />
      </span>
      <h3 className={styles.farTitle}>{card.title}</h3>
    </article>
  );
});
