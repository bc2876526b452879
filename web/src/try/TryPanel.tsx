import { useLingui } from '@lingui/react/macro';
import { X } from 'lucide-react';
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
  return (
    <aside className={styles.panel} aria-label={t({ message: 'Try', context: 'panel' })}>
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
