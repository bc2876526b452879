import { useLingui } from '@lingui/react/macro';
import { X } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { useStore } from 'zustand';
import { useEditor, useEditorState } from '@/editor/context';
import { IconButton, Segmented } from '@/ui';
import { ScenariosPanel } from './ScenariosPanel';
import { scenariosOf } from './scenarios';
import { TryInputs } from './TryInputs';
import styles from './TryPanel.module.css';
import { TryRun } from './TryRun';
import type { TryPlace } from './trial';

/** The panel at the right in which a flow is tried, and its scenarios run. */
export function TryPanel() {
  const { t } = useLingui();
  const { trial } = useEditor();
  const place = useStore(trial, (state) => state.place);
  const session = useStore(trial, (state) => state.session);
  const count = useEditorState((state) => scenariosOf(state.flow).length);
  const panel = useRef<HTMLElement>(null);
  const begun = session !== undefined;
  // biome-ignore lint/correctness/useExhaustiveDependencies: another part of the panel is another place for the keys
  useEffect(() => {
    const inside = panel.current;
    // Keys go on where the person is, unless that is gone or was the way in here.
    const from = document.activeElement;
    const ways = '[data-command="try"], [data-canvas-surface], [data-canvas-surface] *';
    if (!inside || (from && from !== document.body && !from.matches(ways))) return;
    inside.querySelector<HTMLElement>('[data-first], form input, form button')?.focus();
  }, [place, begun]);
  return (
    <aside ref={panel} className={styles.panel} aria-label={t({ message: 'Try', context: 'panel' })}>
      <header className={styles.head}>
        <Segmented
          aria-label={t`What to do with the draft`}
          value={place}
          onChange={(next) => trial.getState().open(next as TryPlace)}
          options={[
            { value: 'try', label: t`Try` },
            { value: 'scenarios', label: t`Scenarios ${count}` },
          ]}
        />
        <IconButton label={t`Close`} size="small" onClick={() => trial.getState().close()}>
          <X />
        </IconButton>
      </header>
      {place === 'scenarios' ? <ScenariosPanel /> : session ? <TryRun /> : <TryInputs />}
    </aside>
  );
}
