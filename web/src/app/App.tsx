import { QueryClientProvider } from '@tanstack/react-query';
import { useState } from 'react';
import { createQueryClient } from '@/api/queries';
import { LanguageProvider } from '@/i18n';
import { Toaster, TooltipProvider } from '@/ui';
import { Routes } from './routes';
import { SessionGate } from './SessionGate';

export function App() {
  const [queries] = useState(createQueryClient);
  return (
    <LanguageProvider>
      <QueryClientProvider client={queries}>
        <TooltipProvider>
          <SessionGate>
            <Routes />
          </SessionGate>
          <Toaster />
        </TooltipProvider>
      </QueryClientProvider>
    </LanguageProvider>
  );
}
