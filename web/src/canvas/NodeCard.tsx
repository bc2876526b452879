import { t } from '@lingui/core/macro';
import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { Handle, type NodeProps, Position } from '@xyflow/react';
import { CircleAlert, CircleStop, CornerDownRight, Ellipsis, Plus, TriangleAlert } from 'lucide-react';
import { memo } from 'react';
import { classes, Tooltip } from '@/ui';
import { CardTitle } from './CardTitle';
import { useCardMenu } from './cardMenu';
import type { Card, CardPort } from './cards';
import { useFar } from './detail';
import { type CardNode, inputHandle, jumpHandle } from './elements';
import { FarCard } from './FarCard';
import { NamedIcon } from './icons';
import { useInsert } from './insertAction';
import { Marks } from './Marks';
import styles from './NodeCard.module.css';
import { useLineTone, useNodeTone, usePortMark } from './overlay';

/** A node on the canvas: what it is, what it says, and one row for each way on; from afar a box. */
export const NodeCard = memo(function NodeCard({
  data: { card, readOnly },
  selected,
  height,
}: NodeProps<CardNode>) {
  const far = useFar();
  if (far) return <FarCard card={card} height={height ?? 0} selected={selected} />;
  return <NearCard card={card} readOnly={readOnly} selected={selected} />;
});

interface NearCardProps {
  card: Card;
  readOnly: boolean;
  selected: boolean;
}

// Apart, because a card's place is no part of what it shows: dragging draws nothing of it again.
const NearCard = memo(function NearCard({ card, readOnly, selected }: NearCardProps) {
  const { t } = useLingui();
  const menu = useCardMenu();
  const tone = useNodeTone(card.id);
  return (
    <article
      className={classes(
        styles.card,
        selected && styles.selected,
        card.errors.length > 0 && styles.broken,
        card.disabled && styles.disabled,
        tone && styles[tone],
      )}
      data-hue={card.hue}
      data-testid={`node-${card.id}`}
      aria-label={`${card.title}, ${card.typeTitle}`}
      aria-disabled={card.disabled || undefined}
    >
      {!card.entry && (
        <Handle
          type="target"
          id={inputHandle}
          position={Position.Left}
          className={styles.input}
          isConnectable={!readOnly}
          aria-label={t`input of ${card.title}`}
          aria-hidden="true"
        />
      )}
      {card.jumps && (
        <Handle
          type="source"
          id={jumpHandle}
          position={Position.Right}
          className={styles.jump}
          isConnectable={false}
        />
      )}
      <Marks nodeId={card.id} />
      <header className={styles.header}>
        <span className={styles.icon}>
          <NamedIcon name={card.icon} size={18} />
        </span>
        <CardTitle nodeId={card.id} title={card.title} />
        <Problems errors={card.errors} warnings={card.warnings} />
        {menu && !readOnly && (
          <button
            type="button"
            className={classes(styles.menu, 'nodrag')}
            aria-label={t`Actions for ${card.title}`}
            aria-haspopup="menu"
            onClick={(event) => menu(card.id, event.currentTarget.getBoundingClientRect())}
          >
            <Ellipsis size={16} aria-hidden="true" />
          </button>
        )}
      </header>
      <div className={styles.lines}>
        {card.summary && <p className={styles.summary}>{card.summary}</p>}
        {card.detail && <p className={styles.detail}>{card.detail}</p>}
        {!card.summary && !card.detail && <p className={styles.detail}>{card.typeTitle}</p>}
      </div>
      {card.ports.length > 0 && (
        <ul className={styles.ports}>
          {card.ports.map((port) => (
            <PortRow
              key={port.name}
              port={port}
              nodeId={card.id}
              node={card.title}
              selected={selected}
              readOnly={readOnly}
            />
          ))}
        </ul>
      )}
    </article>
  );
});

interface PortRowProps {
  port: CardPort;
  nodeId: string;
  node: string;
  selected: boolean;
  readOnly: boolean;
}

function PortRow({ port, nodeId, node, selected, readOnly }: PortRowProps) {
  const { t } = useLingui();
  const insert = useInsert();
  const mark = usePortMark(nodeId, port.name);
  const taken = useLineTone(nodeId, port.name) === 'taken';
  const ends = !port.connected && !port.fallback;
  return (
    <li
      className={classes(
        styles.port,
        !port.connected && (port.failure || port.fallback || port.idle) && styles.faded,
        taken && styles.taken,
      )}
      title={portHelp(port)}
      data-port={port.name}
      data-node={nodeId}
      // The keys of the editor work on the port that has the focus.
      tabIndex={selected && insert ? 0 : undefined}
    >
      <span className={styles.portIcon}>
        <NamedIcon name={port.icon} size={14} fallback={CornerDownRight} />
      </span>
      <span className={styles.portTitle}>{port.title}</span>
      {port.deadline && <span className={styles.deadline}>{port.deadline}</span>}
      {port.fallback && (
        <span className={styles.fallback}>
          <Trans>as {port.fallback}</Trans>
        </span>
      )}
      {ends && (
        <span className={classes(styles.end, port.failure && styles.endFailed)}>
          <CircleStop size={12} aria-hidden="true" />
          <span className="visually-hidden">
            <Trans>ends the run</Trans>
          </span>
        </span>
      )}
      {mark?.label && (
        <span className={styles.count} title={mark.help}>
          {mark.label}
        </span>
      )}
      {mark?.share !== undefined && (
        <span className={styles.share} aria-hidden="true">
          <span style={{ width: `${Math.min(1, Math.max(0, mark.share)) * 100}%` }} />
        </span>
      )}
      <Handle
        type="source"
        id={port.name}
        position={Position.Right}
        className={classes(styles.output, port.connected && styles.connected)}
        isConnectable={!readOnly}
        // For the mouse only: keys and people who hear the page have the row itself.
        aria-label={t`port ${port.title} of ${node}`}
        aria-hidden="true"
      />
      {insert && !readOnly && !port.connected && (
        <button
          type="button"
          className={classes(styles.add, 'nodrag', 'nopan')}
          aria-label={t`Add after ${port.title} of ${node}`}
          // Keys have a command for it; a stop at each port would make the way past a card long.
          tabIndex={-1}
          onClick={(event) => {
            event.stopPropagation();
            insert(nodeId, port.name);
          }}
        >
          <Plus size={12} aria-hidden="true" />
        </button>
      )}
    </li>
  );
}

function portHelp(port: CardPort): string {
  const lines = [port.help];
  if (port.idle) lines.push(t`No time is set, so runs do not leave here by waiting.`);
  if (port.fallback) lines.push(t`Not connected: runs go on at ${port.fallback}.`);
  else if (!port.connected)
    lines.push(
      port.failure ? t`Not connected: the run ends as failed.` : t`Not connected: the run ends here.`,
    );
  return lines.filter(Boolean).join('\n');
}

function Problems({ errors, warnings }: { errors: string[]; warnings: string[] }) {
  const [first] = errors.length > 0 ? errors : warnings;
  if (first === undefined) return null;
  const isError = errors.length > 0;
  const count = isError ? errors.length : warnings.length;
  return (
    <Tooltip content={first} side="top">
      <span className={classes(styles.problems, isError ? styles.isError : styles.isWarning)}>
        {isError ? (
          <CircleAlert size={14} aria-hidden="true" />
        ) : (
          <TriangleAlert size={14} aria-hidden="true" />
        )}
        {count > 1 && count}
        <span className="visually-hidden">
          {isError ? (
            <Plural value={count} one={`# error: ${first}`} other={`# errors: ${first}`} />
          ) : (
            <Plural value={count} one={`# warning: ${first}`} other={`# warnings: ${first}`} />
          )}
        </span>
      </span>
    </Tooltip>
  );
}
