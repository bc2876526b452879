import styles from './Skeleton.module.css';

interface SkeletonProps {
  width?: number | string;
  height?: number | string;
  /** Corner radius in pixels. */
  radius?: number;
}

/** Holds the place of something that is loading, in its size. */
export function Skeleton({ width = '100%', height = 16, radius = 4 }: SkeletonProps) {
  return (
    <span className={styles.skeleton} style={{ width, height, borderRadius: radius }} aria-hidden="true" />
  );
}
