import { useLingui } from '@lingui/react/macro';
import { useMemo } from 'react';
import type { Command } from '@/commands/command';
import { commandGroups } from '@/commands/registry';
import { isEnabled, runCommand } from '@/commands/run';
import { type SearchChoice, SearchDialog } from '@/ui';
import { useEditor } from './context';

interface CommandChoice extends SearchChoice {
  command: Command;
}

/** Every command of the editor, found by typing. */
export function CommandPalette({ onClose }: { onClose(): void }) {
  const { i18n, t } = useLingui();
  const context = useEditor();
  const choices = useMemo(
    () =>
      commandGroups.flatMap(({ title, commands }) =>
        commands
          .filter((command) => command.id !== 'palette')
          .map(
            (command): CommandChoice => ({
              id: command.id,
              title: i18n._(command.label),
              icon: <command.icon size={16} aria-hidden="true" />,
              shortcut: command.shortcut,
              group: i18n._(title),
              keywords: i18n._(title),
              disabled: !isEnabled(command, context),
              command,
            }),
          ),
      ),
    [context, i18n],
  );
  return (
    <SearchDialog
      title={t`Commands`}
      placeholder={t`What do you want to do?`}
      none={t`No command is called that.`}
      choices={choices}
      onClose={onClose}
      onChoose={({ command }) => {
        onClose();
        void runCommand(command, context);
      }}
    />
  );
}
