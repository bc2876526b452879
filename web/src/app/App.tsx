import { type QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { type RefObject, useRef, useState } from 'react';
import { createQueryClient, sessionQuery } from '@/api/queries';
import { LanguageProvider } from '@/i18n';
import { Toaster, TooltipProvider } from '@/ui';
import { Routes } from './routes';
import { SessionGate } from './SessionGate';

export function App() {
  const queries = useRef<QueryClient>(undefined);
  return (
    <LanguageProvider>
      <InLanguage queries={queries} />
    </LanguageProvider>
  );
}

/** The app in one language. What the server told in another one is asked anew, but for who is signed in. */
function InLanguage({ queries }: { queries: RefObject<QueryClient | undefined> }) {
  const [client] = useState(() => {
    const fresh = createQueryClient();
    const session = queries.current?.getQueryData(sessionQuery.queryKey);
    if (session) fresh.setQueryData(sessionQuery.queryKey, session);
    queries.current = fresh;
    return fresh;
  });
  return (
    <QueryClientProvider client={client}>
      <TooltipProvider>
        <SessionGate>
          <Routes />
        </SessionGate>
        <Toaster />
      </TooltipProvider>
    </QueryClientProvider>
  );
}
