import { plural } from '@lingui/core/macro';
import { useLingui } from '@lingui/react/macro';
import { CircleAlert, CircleCheck, Info, Route, Scale, TriangleAlert } from 'lucide-react';
import { useCallback, useState } from 'react';
import { issuesCommand } from '@/commands/document';
import { runCommand } from '@/commands/run';
import { fitCommand, zoomInCommand, zoomOutCommand } from '@/commands/view';
import { useListView } from '@/outline/useListView';
import { IconButton, Tooltip } from '@/ui';
import { boundWords } from './bound';
import { useEditor, useEditorState } from './context';
import styles from './StatusBar.module.css';
import { useWorstPath } from './worstPath';

/** Below the canvas: what is wrong with the flow, its worst case, and the zoom. */
export function StatusBar({ issuesOpen }: { issuesOpen: boolean }) {
  const { i18n } = useLingui();
  const context = useEditor();
  const { list } = useListView();
  return (
    <footer className={styles.bar}>
      <IssueCount open={issuesOpen} />
      <WorstCase />
      {/* A list has no zoom. */}
      <div className={styles.zoom} hidden={list}>
        {[zoomOutCommand, zoomInCommand, fitCommand].map((command) => (
          <IconButton
            key={command.id}
            size="small"
            label={i18n._(command.label)}
            {...(command.shortcut ? { shortcut: command.shortcut } : {})}
            onClick={() => void runCommand(command, context)}
          >
            <command.icon />
          </IconButton>
        ))}
      </div>
    </footer>
  );
}

function IssueCount({ open }: { open: boolean }) {
  const { t } = useLingui();
  const context = useEditor();
  const diagnostics = useEditorState((state) => state.diagnostics);
  const errors = diagnostics.filter((found) => found.severity === 'error').length;
  const warnings = diagnostics.filter((found) => found.severity === 'warning').length;
  const notes = diagnostics.length - errors - warnings;
  const parts = [
    errors > 0 && plural(errors, { one: '# error', other: '# errors' }),
    warnings > 0 && plural(warnings, { one: '# warning', other: '# warnings' }),
    notes > 0 && plural(notes, { one: '# note', other: '# notes' }),
  ].filter(Boolean);
  const [Icon, tone] =
    errors > 0
      ? ([CircleAlert, 'red'] as const)
      : warnings > 0
        ? ([TriangleAlert, 'amber'] as const)
        : notes > 0
          ? ([Info, 'quiet'] as const)
          : ([CircleCheck, 'green'] as const);
  return (
    <button
      type="button"
      className={styles.issues}
      data-tone={tone}
      data-testid="issue-count"
      aria-expanded={open}
      onClick={() => void runCommand(issuesCommand, context)}
    >
      <Icon size={14} aria-hidden="true" />
      {parts.length > 0 ? parts.join(', ') : t`No issues`}
    </button>
  );
}

/** The worst case in figures; pressed, it lights a way through the flow that takes as long. */
function WorstCase() {
  const { t } = useLingui();
  const bound = useEditorState((state) => state.bound);
  const [shown, setShown] = useState(false);
  useWorstPath(
    shown,
    useCallback(() => setShown(false), []),
  );
  const { words, help } = boundWords(bound);
  if (!bound?.path) {
    return (
      <Tooltip content={help} side="top">
        <span className={styles.bound} data-testid="bound">
          <Scale size={14} aria-hidden="true" />
          <span>{words}</span>
        </span>
      </Tooltip>
    );
  }
  const asks = shown ? t`Press again to show the whole flow.` : t`Press to see the longest way.`;
  return (
    <Tooltip content={`${help} ${asks}`} side="top">
      <button
        type="button"
        className={styles.bound}
        data-testid="bound"
        aria-pressed={shown}
        onClick={() => setShown(!shown)}
      >
        {shown ? <Route size={14} aria-hidden="true" /> : <Scale size={14} aria-hidden="true" />}
        <span>{words}</span>
      </button>
    </Tooltip>
  );
}
