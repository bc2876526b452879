import { t } from '@lingui/core/macro';
import { type ComponentType, lazy, Suspense } from 'react';
import { Redirect, Route, Switch, useLocation } from 'wouter';
import { EmptyState } from '@/ui';
import { ErrorBoundary } from './ErrorBoundary';

/*
 * Every screen is a chunk of its own, so that the first one shows soon. A
 * screen module exports its route component by name; parameters of the path
 * come as props.
 */
const FlowsScreen = screen(() => import('@/flows-list/FlowsScreen').then((m) => m.FlowsScreen));
const GalleryScreen = screen(() => import('@/gallery/GalleryScreen').then((m) => m.GalleryScreen));
const GalleryFlowScreen = screen(() =>
  import('@/gallery/GalleryFlowScreen').then((m) => m.GalleryFlowScreen),
);
const EditorScreen = screen(() => import('@/editor/EditorScreen').then((m) => m.EditorScreen));
const StatsScreen = screen(() => import('@/stats/StatsScreen').then((m) => m.StatsScreen));
const VersionScreen = screen(() => import('@/versions/VersionScreen').then((m) => m.VersionScreen));
const RunsScreen = screen(() => import('@/runs/RunsScreen').then((m) => m.RunsScreen));
const RunScreen = screen(() => import('@/runs/RunScreen').then((m) => m.RunScreen));
const ChannelsScreen = screen(() => import('@/channels/ChannelsScreen').then((m) => m.ChannelsScreen));
const NewChannelScreen = screen(() => import('@/channels/NewChannelScreen').then((m) => m.NewChannelScreen));
const ChannelScreen = screen(() => import('@/channels/ChannelScreen').then((m) => m.ChannelScreen));
const TemplatesScreen = screen(() => import('@/templates/TemplatesScreen').then((m) => m.TemplatesScreen));
const NewTemplateScreen = screen(() => import('@/templates/TemplateScreen').then((m) => m.NewTemplateScreen));
const TemplateScreen = screen(() => import('@/templates/TemplateScreen').then((m) => m.TemplateScreen));
const PhonesScreen = screen(() => import('@/simulator/PhonesScreen').then((m) => m.PhonesScreen));
const SettingsScreen = screen(() => import('@/settings/SettingsScreen').then((m) => m.SettingsScreen));
const LoginScreen = screen(() => import('@/auth/LoginScreen').then((m) => m.LoginScreen));
const SetupScreen = screen(() => import('@/auth/SetupScreen').then((m) => m.SetupScreen));

export function Routes() {
  const [place] = useLocation();
  return (
    <ErrorBoundary place={place}>
      <Suspense fallback={null}>
        <Switch>
          <Route path="/">
            <Redirect to="/flows" replace />
          </Route>
          <Route path="/flows">
            <FlowsScreen />
          </Route>
          <Route path="/flows/:flowId">{({ flowId }) => <EditorScreen key={flowId} flowId={flowId} />}</Route>
          <Route path="/gallery">
            <GalleryScreen />
          </Route>
          <Route path="/gallery/:name">{({ name }) => <GalleryFlowScreen key={name} name={name} />}</Route>
          <Route path="/flows/:flowId/stats">
            {({ flowId }) => <StatsScreen key={flowId} flowId={flowId} />}
          </Route>
          <Route path="/flows/:flowId/versions/:number">
            {({ flowId, number }) => (
              <VersionScreen key={flowId} flowId={flowId} number={Number(number) || 0} />
            )}
          </Route>
          <Route path="/runs">
            <RunsScreen />
          </Route>
          <Route path="/runs/:runId">{({ runId }) => <RunScreen key={runId} runId={runId} />}</Route>
          <Route path="/channels">
            <ChannelsScreen />
          </Route>
          <Route path="/channels/new">
            <NewChannelScreen />
          </Route>
          <Route path="/channels/:channelId">
            {({ channelId }) => <ChannelScreen key={channelId} channelId={channelId} />}
          </Route>
          <Route path="/templates">
            <TemplatesScreen />
          </Route>
          <Route path="/templates/new">
            <NewTemplateScreen />
          </Route>
          <Route path="/templates/:templateId">
            {({ templateId }) => <TemplateScreen key={templateId} templateId={templateId} />}
          </Route>
          <Route path="/phones">
            <PhonesScreen />
          </Route>
          <Route path="/settings">
            <SettingsScreen />
          </Route>
          <Route path="/login">
            <LoginScreen />
          </Route>
          <Route path="/setup">
            <SetupScreen />
          </Route>
          <Route>
            <EmptyState
              page
              title={t`There is nothing at this address.`}
              detail={t`Choose a place at the left.`}
            />
          </Route>
        </Switch>
      </Suspense>
    </ErrorBoundary>
  );
}

function screen<Props extends object>(load: () => Promise<ComponentType<Props>>) {
  return lazy(async () => ({ default: await load() }));
}
