import type { Schemas } from '@/api/client';

export type Flow = Schemas['Flow'];
export type Diagnostic = Schemas['Diagnostic'];
