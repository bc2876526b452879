import { i18n } from '@lingui/core';
import { createElement } from 'react';
import { describeError } from '@/api/problem';
import type { MenuItem } from '@/ui';
import { toast } from '@/ui';
import type { Command, CommandContext } from './command';
import { commands } from './registry';

/** Whether the command can be performed now, by this person. */
export function isEnabled(command: Command, context: CommandContext): boolean {
  if (command.edits && !context.mayEdit) return false;
  return command.enabled?.(context.store.getState()) ?? true;
}

/** Performs the command if it can be; what goes wrong is shown. */
export async function runCommand(
  command: Command,
  context: CommandContext,
  event?: KeyboardEvent,
): Promise<void> {
  if (!isEnabled(command, context)) return;
  try {
    await command.perform(context, event);
  } catch (error) {
    toast({ kind: 'error', ...describeError(error) });
  }
}

/** The command that a key press asks for. */
export function commandFor(event: KeyboardEvent): Command | undefined {
  const typing = isTyping(event.target);
  return commands.find((command) => command.keyTest?.(event) && (!typing || command.whileTyping));
}

/** Whether keys go into a text field, or a control that uses them itself. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return (
    target.isContentEditable ||
    target.matches('input, textarea, select, [role="combobox"], [role="listbox"] *')
  );
}

/** The command as an entry of a menu. */
export function menuItem(command: Command, context: CommandContext, danger = false): MenuItem {
  return {
    label: i18n._(command.label),
    icon: createElement(command.icon, { size: 16 }),
    shortcut: command.shortcut,
    disabled: !isEnabled(command, context),
    danger,
    onSelect: () => void runCommand(command, context),
  };
}
