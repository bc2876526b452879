import { Trans, useLingui } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import { ArrowLeft, ChartNoAxesColumn, Ellipsis } from 'lucide-react';
import { Link } from 'wouter';
import { flowQuery } from '@/api/queries';
import { addNoteCommand, tidyCommand } from '@/commands/arrange';
import type { Command } from '@/commands/command';
import {
  deleteFlowCommand,
  duplicateFlowCommand,
  exportCommand,
  publishCommand,
  runCommand as runFlowCommand,
  saveCommand,
  shortcutsCommand,
  versionsCommand,
} from '@/commands/document';
import { redoCommand, undoCommand } from '@/commands/history';
import { isEnabled, menuItem, runCommand } from '@/commands/run';
import { tryCommand } from '@/commands/try';
import { switchViewCommand } from '@/commands/view';
import { Badge, Button, IconButton, Menu, Tooltip } from '@/ui';
import { useEditor, useEditorState } from './context';
import { SaveStatus } from './SaveStatus';
import styles from './TopBar.module.css';

/** The flow's name and state at the left; what can be done with it at the right. */
export function TopBar() {
  const { i18n, t } = useLingui();
  const context = useEditor();
  const item = (command: Command, danger = false) => menuItem(command, context, danger);
  return (
    <header className={styles.bar}>
      <Tooltip content={t`All flows`}>
        <Link href="/flows" aria-label={t`All flows`} className={styles.back}>
          <ArrowLeft size={16} aria-hidden="true" />
        </Link>
      </Tooltip>
      <FlowName />
      <SaveStatus />
      <div className={styles.tools}>
        <ToolButton command={undoCommand} />
        <ToolButton command={redoCommand} />
        <ToolButton command={switchViewCommand} />
        <span className={styles.divider} />
        <StatsLink />
        <VersionButton />
        {context.mayEdit && (
          <Button
            data-command="try"
            icon={<tryCommand.icon />}
            onClick={() => void runCommand(tryCommand, context)}
          >
            {i18n._(tryCommand.label)}
          </Button>
        )}
        <Button
          data-command="run"
          icon={<runFlowCommand.icon />}
          onClick={() => void runCommand(runFlowCommand, context)}
        >
          {i18n._(runFlowCommand.label)}
        </Button>
        {context.mayEdit && (
          <Button
            data-command="publish"
            variant="primary"
            onClick={() => void runCommand(publishCommand, context)}
          >
            {i18n._(publishCommand.label)}
          </Button>
        )}
        <Menu
          trigger={
            <IconButton label={t`More`}>
              <Ellipsis />
            </IconButton>
          }
          items={[
            item(publishCommand),
            item(saveCommand),
            item(addNoteCommand),
            item(tidyCommand),
            'separator',
            item(versionsCommand),
            item(exportCommand),
            item(duplicateFlowCommand),
            item(shortcutsCommand),
            'separator',
            item(deleteFlowCommand, true),
          ]}
        />
      </div>
    </header>
  );
}

function FlowName() {
  const { t } = useLingui();
  const { store, mayEdit } = useEditor();
  const name = useEditorState((state) => state.flow.name);
  return (
    <>
      <h1 className="visually-hidden">{name || t`Name the flow`}</h1>
      <input
        className={styles.name}
        aria-label={t`Name of the flow`}
        value={name}
        placeholder={t`Name the flow`}
        maxLength={200}
        readOnly={!mayEdit}
        // As wide as its text, so that the state stands beside it.
        size={Math.max(8, Math.min(name.length + 1, 44))}
        onChange={(event) =>
          store
            .getState()
            .perform(
              { type: 'set_flow', field: 'name', value: event.target.value },
              t`Rename the flow`,
              'flow:name',
            )
        }
        onKeyDown={(event) => event.key === 'Enter' && event.currentTarget.blur()}
      />
    </>
  );
}

function ToolButton({ command }: { command: Command }) {
  const { i18n } = useLingui();
  const context = useEditor();
  // Drawn again with every change of the history.
  useEditorState((state) => state.history);
  return (
    <IconButton
      label={i18n._(command.label)}
      {...(command.shortcut ? { shortcut: command.shortcut } : {})}
      disabled={!isEnabled(command, context)}
      onClick={() => void runCommand(command, context)}
    >
      <command.icon />
    </IconButton>
  );
}

/** To the numbers of the flow's runs, once it was published. */
function StatsLink() {
  const { t } = useLingui();
  const flowId = useEditorState((state) => state.flowId);
  const { data: meta } = useQuery(flowQuery(flowId));
  if (!meta?.published_version) return null;
  return (
    <Tooltip content={t`Statistics`}>
      <Link href={`/flows/${flowId}/stats`} aria-label={t`Statistics`} className={styles.back}>
        <ChartNoAxesColumn size={16} aria-hidden="true" />
      </Link>
    </Tooltip>
  );
}

function VersionButton() {
  const context = useEditor();
  const flowId = useEditorState((state) => state.flowId);
  const draftChanged = useEditorState((state) => state.draftChanged || state.flow !== state.saved);
  const { data: meta } = useQuery(flowQuery(flowId));
  const version = meta?.published_version;
  return (
    <button
      type="button"
      className={styles.version}
      data-published={version ? true : undefined}
      onClick={() => void runCommand(versionsCommand, context)}
    >
      {version ? (
        <Badge tone="green">
          <Trans>Published v{version}</Trans>
        </Badge>
      ) : (
        <Badge>
          <Trans>Not published</Trans>
        </Badge>
      )}
      {version && draftChanged ? (
        <Badge tone="amber">
          <Trans>Draft has changes</Trans>
        </Badge>
      ) : null}
    </button>
  );
}
