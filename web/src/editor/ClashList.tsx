import { Trans, useLingui } from '@lingui/react/macro';
import {
  type Clash,
  diffFlows,
  type Flow,
  type FlowEdge,
  type FlowNode,
  type NodeTypes,
  nodeOf,
  portsOf,
  type Side,
  titleOf,
} from '@/flow-model';
import { Segmented } from '@/ui';
import { ValueChange } from '@/versions/ValueChange';
import { valueText } from '@/versions/values';
import styles from './ConflictDialog.module.css';

interface ClashListProps {
  clashes: readonly Clash[];
  mine: Flow;
  theirs: Flow;
  types: NodeTypes;
  choices: ReadonlyMap<string, Side>;
  onChoose(key: string, side: Side): void;
}

/** What both sides changed, each in another way, with a choice for each. */
export function ClashList({ clashes, mine, theirs, types, choices, onChoose }: ClashListProps) {
  const { t } = useLingui();
  return (
    <ul className={styles.clashes} aria-label={t`What both changed`}>
      {clashes.map((clash) => {
        const title = clashTitle(clash, mine, theirs, types, t);
        return (
          <li key={clash.key} className={styles.clash}>
            <div className={styles.clashText}>
              <p className={styles.clashTitle}>{title}</p>
              <ClashDetail clash={clash} mine={mine} theirs={theirs} types={types} />
            </div>
            <Segmented
              aria-label={t`Which to keep of ${title}`}
              value={choices.get(clash.key) ?? 'mine'}
              onChange={(side) => onChoose(clash.key, side === 'theirs' ? 'theirs' : 'mine')}
              options={[
                { value: 'mine', label: clash.mine === undefined ? t`Mine: removed` : t`Mine` },
                { value: 'theirs', label: clash.theirs === undefined ? t`Theirs: removed` : t`Theirs` },
              ]}
            />
          </li>
        );
      })}
    </ul>
  );
}

function ClashDetail({
  clash,
  mine,
  theirs,
  types,
}: {
  clash: Clash;
  mine: Flow;
  theirs: Flow;
  types: NodeTypes;
}) {
  if (clash.mine === undefined || clash.theirs === undefined) return null;
  if (clash.about === 'place')
    return (
      <p className={styles.quiet}>
        <Trans>It stands in another place.</Trans>
      </p>
    );
  if (clash.about === 'node') {
    // Only this node of both sides: what else differs is none of its business.
    const alone = (flow: Flow, node: unknown): Flow => ({
      ...flow,
      nodes: [node as FlowNode],
      edges: [],
      notes: [],
    });
    const [change] = diffFlows(alone(theirs, clash.theirs), alone(mine, clash.mine), types).nodes;
    return (change?.fields ?? []).map((field) => (
      <div key={field.path.join('/')}>
        <span className={styles.quiet}>{field.labels.join(' › ')}</span>
        <ValueChange
          before={valueText(field.before, field.schema, theirs)}
          after={valueText(field.after, field.schema, mine)}
        />
      </div>
    ));
  }
  const text = (value: unknown, flow: Flow): string => {
    if (clash.about === 'line') return nodeTitle(flow, (value as FlowEdge).to);
    if (clash.about === 'note') return (value as { text: string }).text;
    return typeof value === 'string' ? value : JSON.stringify(value, undefined, 1);
  };
  return <ValueChange before={text(clash.theirs, theirs)} after={text(clash.mine, mine)} />;
}

type Translate = ReturnType<typeof useLingui>['t'];

function clashTitle(
  { about, id, mine: own, theirs: other }: Clash,
  mine: Flow,
  theirs: Flow,
  types: NodeTypes,
  t: Translate,
): string {
  const flow = own === undefined ? theirs : mine;
  switch (about) {
    case 'node':
      return nodeTitle(flow, id);
    case 'place':
      return t`Place of ${nodeTitle(mine, id)}`;
    case 'line': {
      const { from, port } = (own ?? other) as unknown as FlowEdge;
      const node = nodeOf(flow, from);
      const known = node && portsOf(node, types.get(node.type)).find((exit) => exit.name === port);
      return `${nodeTitle(flow, from)} · ${known?.title ?? port}`;
    }
    case 'note':
      return t`Note`;
    case 'scenario':
      return t`Scenario ${id}`;
    case 'member':
      return id === 'name' ? t`Name of the flow` : id === 'description' ? t`Description` : id;
  }
}

function nodeTitle(flow: Flow, id: string): string {
  const node = nodeOf(flow, id);
  return node ? titleOf(node) : id;
}
