import { Trans, useLingui } from '@lingui/react/macro';
import { useMemo, useState } from 'react';
import { FlowCanvas } from '@/canvas/FlowCanvas';
import { byType, diffFlows, type Flow, type NodeType } from '@/flow-model';
import { Switch } from '@/ui';
import { ChangeList } from './ChangeList';
import styles from './DiffView.module.css';
import { diffOverlay, joined } from './diffOverlay';
import { changeSummary } from './summary';

interface DiffViewProps {
  before: Flow;
  after: Flow;
  specs: readonly NodeType[];
  /** What the two are, such as "Version 2" and "Draft". */
  names: { before: string; after: string };
}

/** Two flows in one drawing, what differs marked, and listed at the side. */
export function DiffView({ before, after, specs, names }: DiffViewProps) {
  const { t } = useLingui();
  const types = useMemo(() => byType(specs), [specs]);
  const diff = useMemo(() => diffFlows(before, after, types), [before, after, types]);
  const flow = useMemo(() => joined(before, after), [before, after]);
  const overlay = useMemo(() => diffOverlay(diff), [diff]);
  const [chosen, setChosen] = useState<string>();
  const [old, setOld] = useState(false);
  const focus = useMemo(() => (chosen === undefined ? undefined : [chosen]), [chosen]);
  return (
    <div className={styles.view}>
      <aside className={styles.list} aria-label={t`What differs`}>
        <p className={styles.names}>
          <del>{names.before}</del> <span aria-hidden="true">→</span> <ins>{names.after}</ins>
        </p>
        <p className={styles.summary} data-testid="diff-summary">
          {changeSummary(diff)}
        </p>
        <ChangeList
          diff={diff}
          before={before}
          after={after}
          types={types}
          chosen={chosen}
          onChoose={setChosen}
        />
      </aside>
      <div className={styles.canvas}>
        <FlowCanvas
          flow={old ? before : flow}
          specs={specs}
          {...(old ? {} : { overlay })}
          selected={chosen}
          focus={focus}
          onSelect={setChosen}
          aria-label={t`What differs between ${names.before} and ${names.after}`}
        />
        <div className={styles.switch}>
          <div className={styles.switchLabel}>
            <Switch checked={old} onChange={setOld} aria-label={t`Show only ${names.before}`} />
            <Trans>Show only {names.before}</Trans>
          </div>
        </div>
        <ul className={styles.legend} aria-label={t`Legend`}>
          <li data-kind="added">
            <Trans>Added</Trans>
          </li>
          <li data-kind="removed">
            <Trans>Removed</Trans>
          </li>
          <li data-kind="changed">
            <Trans>Changed</Trans>
          </li>
        </ul>
      </div>
    </div>
  );
}
