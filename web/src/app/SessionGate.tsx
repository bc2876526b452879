import { t } from '@lingui/core/macro';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext, useEffect, useState } from 'react';
import { Redirect, useLocation, useSearch } from 'wouter';
import { api, onSignedOut, type Schemas, unwrap } from '@/api/client';
import { EventsProvider } from '@/api/events';
import { sessionQuery } from '@/api/queries';
import { afterSignIn } from '@/auth/afterSignIn';
import { DemoBanner } from '@/auth/DemoBanner';
import { SignInForm } from '@/auth/SignInForm';
import { Dialog, ErrorState } from '@/ui';
import { Shell } from './Shell';

type Session = Schemas['Session'];

const SessionContext = createContext<Session | undefined>(undefined);

/** Who is signed in; only below the gate, where somebody is. */
export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error('useSession needs a SessionGate above it');
  return session;
}

const ranks: Record<Schemas['Role'], number> = { viewer: 0, operator: 1, editor: 2, admin: 3, owner: 4 };

/** Whether the signed-in person's role is at least this one. The server decides; this only spares dead buttons. */
export function useMay(role: Schemas['Role']): boolean {
  const session = useSession();
  return session.role !== null && ranks[session.role] >= ranks[role];
}

/** Paths that people without a session see. */
const publicPaths = ['/login', '/setup'];

/**
 * Lets signed-in people through to the app. Others go to the sign-in page, to
 * set-up when there is no owner yet, or are signed in to the demo workspace
 * when the server offers that.
 */
export function SessionGate({ children }: { children: ReactNode }) {
  const [location] = useLocation();
  const search = useSearch();
  const queries = useQueryClient();
  const session = useQuery(sessionQuery);
  const demo = useMutation({
    mutationFn: () => unwrap(api.POST('/session/demo')),
    onSuccess: (data) => queries.setQueryData(sessionQuery.queryKey, data),
  });

  const wantsDemo = session.data !== undefined && !session.data.signed_in && session.data.demo;
  const { mutate: signInDemo } = demo;
  useEffect(() => {
    if (wantsDemo) signInDemo();
  }, [wantsDemo, signInDemo]);
  useEffect(
    () => onSignedOut(() => void queries.invalidateQueries({ queryKey: sessionQuery.queryKey })),
    [queries],
  );

  // Whoever was signed in on this page keeps it, unsaved work and all, when the session ends.
  const [last, setLast] = useState<Session>();
  if (session.data?.signed_in && session.data !== last) setLast(session.data);
  const shown = session.data?.signed_in ? session.data : last;

  if (session.isError && !session.data)
    return <ErrorState page error={session.error} onRetry={() => void session.refetch()} />;
  if (!session.data) return null;
  if (!shown) {
    if (wantsDemo && !demo.isError) return null;
    if (publicPaths.includes(location)) return children;
    if (session.data.setup_required) return <Redirect to="/setup" replace />;
    const place = search ? `${location}?${search}` : location;
    const after = location === '/' ? '' : `?after=${encodeURIComponent(place)}`;
    return <Redirect to={`/login${after}`} replace />;
  }
  if (publicPaths.includes(location)) return <Redirect to={afterSignIn(search)} replace />;
  return (
    // Somebody else who signs in here begins anew.
    <SessionContext value={shown} key={shown.user?.id}>
      <EventsProvider>
        <Shell banner={shown.demo && <DemoBanner />}>{children}</Shell>
      </EventsProvider>
      <Dialog
        open={!session.data.signed_in && !(wantsDemo && !demo.isError)}
        onOpenChange={() => undefined}
        closable={false}
        size="small"
        title={t`Your session has ended`}
        description={t`Sign in again to go on where you were. Nothing on this page is lost.`}
      >
        <SignInForm />
      </Dialog>
    </SessionContext>
  );
}
