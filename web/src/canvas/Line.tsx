import { useLingui } from '@lingui/react/macro';
import { BaseEdge, EdgeLabelRenderer, type EdgeProps, getSmoothStepPath } from '@xyflow/react';
import { Plus } from 'lucide-react';
import { memo, type ReactNode, useState } from 'react';
import { classes } from '@/ui';
import type { LineEdge } from './elements';
import { useInsert } from './insertAction';
import styles from './Line.module.css';
import { useLineTone } from './overlay';

/** A line from a port to a node: smooth steps, with its port's name when hovered or selected. */
export const Line = memo(function Line(props: EdgeProps<LineEdge>) {
  const [hovered, setHovered] = useState(false);
  const { t } = useLingui();
  const insert = useInsert();
  const { data, selected } = props;
  const tone = useLineTone(props.source, props.sourceHandleId ?? '');
  const [path, labelX, labelY] = route(props);
  return (
    <>
      <g onPointerEnter={() => setHovered(true)} onPointerLeave={() => setHovered(false)}>
        <BaseEdge
          id={props.id}
          path={path}
          interactionWidth={18}
          className={classes(styles.line, tone && styles[tone], (selected || hovered) && styles.strong)}
        />
      </g>
      {(selected || hovered) && (
        <Label x={labelX} y={labelY} text={data?.label ?? ''}>
          {insert && (
            <button
              type="button"
              className={classes(styles.add, 'nodrag', 'nopan')}
              aria-label={t`Add a node here: ${data?.label ?? ''}`}
              tabIndex={-1}
              onPointerEnter={() => setHovered(true)}
              onPointerLeave={() => setHovered(false)}
              onClick={() => insert(props.source, props.sourceHandleId ?? '')}
            >
              <Plus size={12} aria-hidden="true" />
            </button>
          )}
        </Label>
      )}
    </>
  );
});

/** The dashed link from a jump to its target, with how often it may be taken. */
export const JumpLine = memo(function JumpLine(props: EdgeProps<LineEdge>) {
  const { data } = props;
  const tone = useLineTone(props.source, props.sourceHandleId ?? '');
  // Within one row the straight way back would run behind the cards between the two.
  const back = props.targetX < props.sourceX && Math.abs(props.targetY - props.sourceY) < sameRow;
  const [path, labelX, labelY] = route(
    props,
    back ? Math.min(props.sourceY, props.targetY) - over : undefined,
  );
  return (
    <>
      <BaseEdge
        id={props.id}
        path={path}
        interactionWidth={0}
        className={classes(styles.line, styles.jump, tone && styles[tone])}
      />
      {data?.label && <Label x={labelX} y={labelY} text={data.label} />}
    </>
  );
});

/** Cards whose heads are nearer in height than this stand in one row, in canvas pixels. */
const sameRow = 200;
/** How far above the heads of cards a link goes back, in canvas pixels. */
const over = 56;

/** How far a line goes straight before it turns, in canvas pixels. */
const turn = 22;
/** A line farther than this passes other cards, in canvas pixels. */
const far = 200;
/**
 * Where such a line changes its height: right behind its own card, where no
 * other stands, and beside the turns of lines to the neighbours.
 */
const early = 56;

function route(
  { sourceX, sourceY, targetX, targetY, sourcePosition, targetPosition }: EdgeProps<LineEdge>,
  centerY?: number,
): [string, number, number] {
  const [path, labelX, labelY] = getSmoothStepPath({
    sourceX,
    sourceY,
    targetX,
    targetY,
    sourcePosition,
    targetPosition,
    borderRadius: 10,
    ...(centerY === undefined ? {} : { centerY }),
    ...(targetX - sourceX > far ? { centerX: sourceX + early } : {}),
    // Two cards that stand close together leave less room to turn.
    offset: targetX > sourceX ? Math.min(turn, (targetX - sourceX) / 2) : turn,
  });
  return [path, labelX, labelY];
}

interface LabelProps {
  x: number;
  y: number;
  text: string;
  children?: ReactNode;
}

function Label({ x, y, text, children }: LabelProps) {
  if (!text && !children) return null;
  return (
    <EdgeLabelRenderer>
      <div className={styles.anchor} style={{ transform: `translate(-50%, -50%) translate(${x}px, ${y}px)` }}>
        {children}
        {text && <span className={classes(styles.label, Boolean(children) && styles.beside)}>{text}</span>}
      </div>
    </EdgeLabelRenderer>
  );
}
