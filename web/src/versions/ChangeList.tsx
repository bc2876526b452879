import { Trans, useLingui } from '@lingui/react/macro';
import { Move } from 'lucide-react';
import type { ReactNode } from 'react';
import {
  type ChangeKind,
  countChanges,
  type FieldChange,
  type Flow,
  type FlowDiff,
  type Json,
  type NodeChange,
  type NodeTypes,
  nodeOf,
  onlyMoved,
  portsOf,
  titleOf,
} from '@/flow-model';
import styles from './Changes.module.css';
import { changeIcons, changeWord } from './diffOverlay';
import { ValueChange } from './ValueChange';
import { valueText } from './values';

interface ChangeListProps {
  diff: FlowDiff;
  before: Flow;
  after: Flow;
  types: NodeTypes;
  /** The id of the node that was chosen. */
  chosen?: string | undefined;
  /** Without it nothing can be chosen. */
  onChoose?: ((nodeId: string) => void) | undefined;
}

/** What differs between two flows, in words; choosing an entry leads to its node. */
export function ChangeList(props: ChangeListProps) {
  const { diff } = props;
  const { t } = useLingui();
  if (countChanges(diff) === 0)
    return (
      <p className={styles.none}>
        <Trans>Nothing differs.</Trans>
      </p>
    );
  const edited = diff.nodes.filter((change) => !onlyMoved(change));
  const moved = diff.nodes.filter(onlyMoved);
  return (
    <div className={styles.changes}>
      <Group title={t`Flow`} count={diff.members.length}>
        {diff.members.map((change) => (
          <Entry key={change.member} kind={change.kind} title={memberTitle(change.member, t)}>
            <ValueChange before={plainText(change.before)} after={plainText(change.after)} />
          </Entry>
        ))}
      </Group>
      <Group title={t`Nodes`} count={edited.length}>
        {edited.map((change) => (
          <NodeEntry key={change.id} {...props} change={change} />
        ))}
      </Group>
      <Group title={t`Lines`} count={diff.lines.length}>
        {diff.lines.map((change) => (
          <Entry
            key={`${change.from} ${change.port}`}
            kind={change.kind}
            title={exitWords(props, change.from, change.port)}
            onChoose={props.onChoose && (() => props.onChoose?.(change.from))}
          >
            <ValueChange before={nodeTitle(props, change.before)} after={nodeTitle(props, change.after)} />
          </Entry>
        ))}
      </Group>
      <Group title={t`Notes`} count={diff.notes.length}>
        {diff.notes.map((change) => (
          <Entry
            key={change.id}
            kind={change.kind}
            title={firstLine(change.after?.text ?? change.before?.text)}
          >
            {change.before?.text !== change.after?.text && (
              <ValueChange before={change.before?.text ?? ''} after={change.after?.text ?? ''} />
            )}
          </Entry>
        ))}
      </Group>
      <Group title={t`Scenarios`} count={diff.scenarios.length}>
        {diff.scenarios.map((change) => (
          <Entry key={change.name} kind={change.kind} title={change.name || t`Without a name`}>
            {change.kind === 'changed' && (
              <ValueChange before={plainText(change.before)} after={plainText(change.after)} />
            )}
          </Entry>
        ))}
      </Group>
      <Group title={t`Only moved`} count={moved.length}>
        {moved.length > 0 && (
          <li className={styles.entry} data-kind="moved">
            <p className={styles.head}>
              <Move size={14} aria-hidden="true" />
              <span>{moved.map(({ after }) => (after ? titleOf(after) : '')).join(', ')}</span>
            </p>
          </li>
        )}
      </Group>
    </div>
  );
}

function Group({ title, count, children }: { title: string; count: number; children: ReactNode }) {
  if (count === 0) return null;
  return (
    <section className={styles.group}>
      <h3>
        {title} <span className={styles.count}>{count}</span>
      </h3>
      <ul>{children}</ul>
    </section>
  );
}

interface EntryProps {
  kind: ChangeKind;
  title: string;
  chosen?: boolean | undefined;
  onChoose?: (() => void) | undefined;
  children?: ReactNode;
}

function Entry({ kind, title, chosen = false, onChoose, children }: EntryProps) {
  const Icon = changeIcons[kind];
  const head = (
    <>
      <Icon size={14} aria-hidden="true" />
      <span>{title}</span>
      <span className={styles.kind}>{changeWord(kind)}</span>
    </>
  );
  return (
    <li className={styles.entry} data-kind={kind} data-chosen={chosen || undefined}>
      {onChoose ? (
        <button type="button" className={styles.head} aria-pressed={chosen} onClick={onChoose}>
          {head}
        </button>
      ) : (
        <p className={styles.head}>{head}</p>
      )}
      {children}
    </li>
  );
}

function NodeEntry({
  change,
  before,
  after,
  types,
  chosen,
  onChoose,
}: ChangeListProps & { change: NodeChange }) {
  const { t } = useLingui();
  const node = change.after ?? change.before;
  const title = node ? titleOf(node) : change.id;
  const type = node && (types.get(node.type)?.title ?? node.type);
  return (
    <Entry
      kind={change.kind}
      title={title}
      chosen={chosen === change.id}
      onChoose={onChoose && (() => onChoose(change.id))}
    >
      {change.kind !== 'changed' && type !== title && <p className={styles.quiet}>{type}</p>}
      {change.fields.length > 0 && (
        <dl className={styles.fields}>
          {change.fields.map((field) => (
            <div key={field.path.join('/')}>
              <dt>{fieldTitle(field, t)}</dt>
              <dd>
                <ValueChange
                  before={valueText(field.before, field.schema, before)}
                  after={valueText(field.after, field.schema, after)}
                />
              </dd>
            </div>
          ))}
        </dl>
      )}
    </Entry>
  );
}

type Translate = ReturnType<typeof useLingui>['t'];

/** "Message › Text", "Branches › 2 › Label". */
function fieldTitle({ path, labels }: FieldChange, t: Translate): string {
  if (path.length === 1 && path[0] === 'name') return t`Name`;
  if (path.length === 1 && path[0] === 'type') return t`Type`;
  return labels.join(' › ');
}

function memberTitle(member: string, t: Translate): string {
  if (member === 'name') return t`Name`;
  if (member === 'description') return t`Description`;
  return member;
}

function nodeTitle({ before, after }: ChangeListProps, id: string | undefined): string {
  if (id === undefined) return '';
  const node = nodeOf(after, id) ?? nodeOf(before, id);
  return node ? titleOf(node) : id;
}

/** "Viber (PH) · Not read". */
function exitWords(props: ChangeListProps, from: string, port: string): string {
  const node = nodeOf(props.after, from) ?? nodeOf(props.before, from);
  const known = node && portsOf(node, props.types.get(node.type)).find((other) => other.name === port);
  return `${nodeTitle(props, from)} · ${known?.title ?? port}`;
}

function firstLine(text: string | undefined): string {
  return (text ?? '').trim().split('\n')[0]?.slice(0, 60) ?? '';
}

function plainText(value: Json | undefined): string {
  if (value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value, undefined, 1);
}
