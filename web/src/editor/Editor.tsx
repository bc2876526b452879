import { Trans } from '@lingui/react/macro';
import { ReactFlowProvider } from '@xyflow/react';
import { lazy, Suspense, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useLocation } from 'wouter';
import { useStore } from 'zustand';
import { api, unwrap } from '@/api/client';
import { useMay } from '@/app/SessionGate';
import { createOverlay, OverlayContext } from '@/canvas/overlay';
import type { CanvasView, CommandContext, Exit } from '@/commands/command';
import type { NodeType } from '@/flow-model';
import { Inspector } from '@/inspector/Inspector';
import { Outline } from '@/outline/Outline';
import { useListView } from '@/outline/useListView';
import { TryPlaceholder } from '@/try/TryPlaceholder';
import { createTrial } from '@/try/trial';
import { placeInAddress, useTrialOf } from '@/try/useTrialOf';
import { useDocumentTitle } from '@/ui';
import { type AddAt, AddNodeDialog } from './AddNodeDialog';
import { arrangeInWorker } from './arrangeInWorker';
import { Autosaver } from './autosave';
import { CommandPalette } from './CommandPalette';
import { ConflictDialog } from './ConflictDialog';
import { ConnectDialog } from './ConnectDialog';
import { EditorContext } from './context';
import { DeleteFlowDialog } from './DeleteFlowDialog';
import { DraftNotice } from './DraftNotice';
import { draftClient } from './draftClient';
import styles from './Editor.module.css';
import { EditorCanvas } from './EditorCanvas';
import { FindDialog } from './FindDialog';
import { IssuesPanel } from './IssuesPanel';
import type { LocalSide } from './openDraft';
import { Palette } from './Palette';
import { PublishDialog } from './PublishDialog';
import { RunDialog } from './RunDialog';
import { ShortcutsDialog } from './ShortcutsDialog';
import { StatusBar } from './StatusBar';
import type { EditorStore } from './store';
import { TopBar } from './TopBar';
import { useAnnouncer } from './useAnnouncer';
import { useFocusReturn } from './useFocusReturn';
import { useKeyboard } from './useKeyboard';
import { useRestoreFromAddress } from './useRestoreFromAddress';
import { useSaving } from './useSaving';
import { useUnsavedGuard } from './useUnsavedGuard';
import { VersionsDialog } from './VersionsDialog';

// Not everybody who opens a flow tries it.
const TryPanel = lazy(async () => ({ default: (await import('@/try/TryPanel')).TryPanel }));

type OpenDialog =
  | 'run'
  | 'publish'
  | 'versions'
  | 'remove'
  | 'shortcuts'
  | 'palette'
  | 'find'
  | 'add'
  | 'connect';

/** One open draft: palette, canvas, inspector, and the bars above and below. */
export function Editor({ store, types, local }: { store: EditorStore; types: NodeType[]; local: LocalSide }) {
  const { flowId } = store.getState();
  const [, navigate] = useLocation();
  const mayEdit = useMay('editor');
  const view = useRef<CanvasView>(unmounted);
  const [dialog, setDialog] = useState<OpenDialog>();
  const [exit, setExit] = useState<Exit>({ from: '' });
  const [adding, setAdding] = useState<AddAt>();
  const { region, announce } = useAnnouncer();
  const [overlay] = useState(() => createOverlay());
  const [trial] = useState(() =>
    createTrial({ flowId, flow: () => store.getState().flow, place: mayEdit ? placeInAddress() : undefined }),
  );
  const remember = useFocusReturn(dialog !== undefined);
  const [issues, setIssues] = useState(false);
  const { list, toggle } = useListView();
  const switchView = useRef(toggle);
  switchView.current = toggle;
  const autosaver = useMemo(
    () => new Autosaver(store, draftClient(flowId), (etag) => local.tabs.saved(etag)),
    [store, flowId, local],
  );

  const open = useCallback(
    (next: OpenDialog, at?: Exit) => {
      remember();
      if (at) setExit(at);
      setDialog(next);
    },
    [remember],
  );
  const context = useMemo(
    (): CommandContext => ({
      store,
      autosaver,
      mayEdit,
      announce,
      overlay,
      trial,
      arrange: arrangeInWorker,
      copies: local.drafts,
      clipboard: { text: '' },
      view: {
        fit: () => view.current.fit(),
        zoomIn: () => view.current.zoomIn(),
        zoomOut: () => view.current.zoomOut(),
        reveal: (ids) => view.current.reveal(ids),
        ensure: (ids) => view.current.ensure(ids),
        focus: (id) => view.current.focus(id),
        glide: () => view.current.glide(),
        rename: (id) => view.current.rename(id),
        pointer: () => view.current.pointer(),
        center: () => view.current.center(),
      },
      dialogs: {
        run: () => open('run'),
        publish: () => open('publish'),
        versions: () => open('versions'),
        remove: () => open('remove'),
        shortcuts: () => open('shortcuts'),
        palette: () => open('palette'),
        find: () => open('find'),
        addNode: (at) => {
          setAdding(at);
          open('add');
        },
        connect: (at) => open('connect', at),
        inspector: focusInspector,
        issues: () => setIssues((shown) => !shown),
        switchView: () => switchView.current(),
      },
      exportFlow: async () => {
        await autosaver.flush();
        download(`/api/v1/flows/${encodeURIComponent(flowId)}/export`);
      },
      duplicateFlow: async () => {
        await autosaver.flush();
        const copy = await unwrap(
          api.POST('/flows/{flow_id}/duplicate', { params: { path: { flow_id: flowId } } }),
        );
        navigate(`/flows/${copy.id}`);
      },
    }),
    [store, autosaver, mayEdit, flowId, navigate, open, announce, overlay, trial, local],
  );

  useSaving(store, autosaver, local);
  useRestoreFromAddress(context);
  useKeyboard(context, dialog === undefined);
  useUnsavedGuard(store);
  useSelectedNodeInAddress(store);
  useTrialOf(context);
  const trying = useStore(trial, (state) => state.place !== undefined);
  const selected = useStore(store, (state) => state.selection.size > 0);
  useDocumentTitle(useStore(store, (state) => state.flow.name));

  const takeView = useCallback((ready: CanvasView) => {
    view.current = ready;
  }, []);
  const close = () => setDialog(undefined);
  return (
    <EditorContext value={context}>
      <ReactFlowProvider>
        <div className={styles.editor}>
          <TopBar />
          <DraftNotice />
          <div className={styles.body} data-trying={trying || undefined}>
            {mayEdit && !trying && <Palette types={types} />}
            <div className={styles.stage}>
              {trying && (
                <h2 className="visually-hidden">
                  <Trans>The drawing</Trans>
                </h2>
              )}
              <OverlayContext value={overlay}>
                {list ? <Outline onView={takeView} /> : <EditorCanvas onView={takeView} />}
              </OverlayContext>
              {issues && <IssuesPanel onClose={() => setIssues(false)} />}
              <StatusBar issuesOpen={issues} />
            </div>
            {(!trying || selected) && <Inspector />}
            {trying && (
              <Suspense fallback={<TryPlaceholder />}>
                <TryPanel />
              </Suspense>
            )}
          </div>
        </div>
      </ReactFlowProvider>
      <ConflictDialog />
      {dialog === 'run' && <RunDialog onClose={close} />}
      {dialog === 'publish' && <PublishDialog onClose={close} />}
      {dialog === 'versions' && <VersionsDialog onClose={close} />}
      {dialog === 'remove' && <DeleteFlowDialog onClose={close} />}
      <div ref={region} role="status" className="visually-hidden" data-testid="announcer" />
      {dialog === 'add' && adding && <AddNodeDialog at={adding} onClose={close} />}
      {dialog === 'connect' && <ConnectDialog {...exit} onClose={close} />}
      {dialog === 'find' && <FindDialog onClose={close} />}
      {dialog === 'palette' && <CommandPalette onClose={close} />}
      {dialog === 'shortcuts' && <ShortcutsDialog onClose={close} />}
    </EditorContext>
  );
}

const unmounted: CanvasView = {
  fit: () => undefined,
  zoomIn: () => undefined,
  zoomOut: () => undefined,
  reveal: () => undefined,
  ensure: () => undefined,
  focus: () => undefined,
  glide: () => undefined,
  rename: () => undefined,
  pointer: () => undefined,
  center: () => ({ x: 0, y: 0 }),
};

function focusInspector(): void {
  // Later: the form of what was just selected has to be drawn.
  requestAnimationFrame(() => {
    const panel = document.querySelector(`aside[aria-label="Inspector"]`);
    const first = panel?.querySelector<HTMLElement>('input, textarea, [role="combobox"]');
    (first ?? panel?.querySelector<HTMLElement>('button'))?.focus();
  });
}

function download(address: string): void {
  const link = document.createElement('a');
  link.href = address;
  link.download = '';
  link.click();
}

/** Keeps the one selected node in the address, so that reload and links come back to it. */
function useSelectedNodeInAddress(store: EditorStore): void {
  useEffect(
    () =>
      store.subscribe((state, before) => {
        if (state.selection === before.selection) return;
        const [only] = state.selection;
        const isNode = state.selection.size === 1 && state.flow.nodes.some((node) => node.id === only);
        const address = new URL(window.location.href);
        if (isNode && only !== undefined) address.searchParams.set('node', only);
        else address.searchParams.delete('node');
        if (address.href !== window.location.href)
          window.history.replaceState(window.history.state, '', address);
      }),
    [store],
  );
}
