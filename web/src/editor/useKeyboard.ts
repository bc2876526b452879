import { t } from '@lingui/core/macro';
import { useEffect } from 'react';
import { cutFragment, isEmpty, pasteFragment, selectedFragment } from '@/commands/clipboard';
import type { CommandContext } from '@/commands/command';
import { commandFor, isTyping, runCommand } from '@/commands/run';
import { fragmentText, parseFragment } from '@/flow-model';

/** Shortcuts and the clipboard of the whole editor, while no dialog is open. */
export function useKeyboard(context: CommandContext, enabled: boolean): void {
  useEffect(() => {
    if (!enabled) return undefined;
    const onKey = (event: KeyboardEvent) => {
      const command = event.defaultPrevented ? undefined : commandFor(event);
      if (!command) return;
      event.preventDefault();
      void runCommand(command, context, event);
    };
    const onKeyFirst = (event: KeyboardEvent) => {
      if (!commandFor(event)?.beforeCanvas) return;
      event.stopPropagation();
      onKey(event);
    };
    // Text that is selected on the page is copied as text.
    const isOurs = (event: ClipboardEvent) => !isTyping(event.target) && !document.getSelection()?.toString();
    const onCopy = (event: ClipboardEvent) => {
      const fragment = selectedFragment(context.store.getState());
      if (!isOurs(event) || isEmpty(fragment)) return;
      event.preventDefault();
      context.clipboard.text = fragmentText(fragment);
      event.clipboardData?.setData('text/plain', context.clipboard.text);
      if (event.type === 'cut' && context.mayEdit) cutFragment(context, fragment);
    };
    const onPaste = (event: ClipboardEvent) => {
      if (isTyping(event.target) || !context.mayEdit) return;
      const fragment = parseFragment(event.clipboardData?.getData('text/plain') ?? '');
      if (!fragment) return;
      event.preventDefault();
      pasteFragment(context, fragment, t`Paste`, context.view.pointer());
    };
    document.addEventListener('keydown', onKeyFirst, true);
    document.addEventListener('keydown', onKey);
    document.addEventListener('copy', onCopy);
    document.addEventListener('cut', onCopy);
    document.addEventListener('paste', onPaste);
    return () => {
      document.removeEventListener('keydown', onKeyFirst, true);
      document.removeEventListener('keydown', onKey);
      document.removeEventListener('copy', onCopy);
      document.removeEventListener('cut', onCopy);
      document.removeEventListener('paste', onPaste);
    };
  }, [context, enabled]);
}
