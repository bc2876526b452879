import { type ComponentType, lazy, Suspense } from 'react';
import { Redirect, Route, Switch } from 'wouter';
import { EmptyState } from '@/ui';

/*
 * Every screen is a chunk of its own, so that the first one shows soon. A
 * screen module exports its route component by name; parameters of the path
 * come as props.
 */
const EditorScreen = screen(() => import('@/editor/EditorScreen').then((m) => m.EditorScreen));

export function Routes() {
  return (
    <Suspense fallback={null}>
      <Switch>
        <Route path="/">
          <Redirect to="/flows" replace />
        </Route>
        <Route path="/flows/:flowId">{({ flowId }) => <EditorScreen key={flowId} flowId={flowId} />}</Route>
        <Route>
          <EmptyState title="There is nothing at this address." detail="Choose a place at the left." />
        </Route>
      </Switch>
    </Suspense>
  );
}

function screen<Props extends object>(load: () => Promise<ComponentType<Props>>) {
  return lazy(async () => ({ default: await load() }));
}
