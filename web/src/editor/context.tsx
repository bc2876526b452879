import { createContext, useContext } from 'react';
import { useStore } from 'zustand';
import type { CommandContext } from '@/commands/command';
import type { EditorState } from './store';

/** All that the parts of one open editor share. */
export const EditorContext = createContext<CommandContext | undefined>(undefined);

export function useEditor(): CommandContext {
  const editor = useContext(EditorContext);
  if (!editor) throw new Error('useEditor needs an Editor above it');
  return editor;
}

/** A part of the editor's state; the component is drawn again when that part changes. */
export function useEditorState<T>(selector: (state: EditorState) => T): T {
  return useStore(useEditor().store, selector);
}
