import type { Schemas } from '@/api/client';

export type Run = Schemas['Run'];
export type RunSummary = Schemas['RunSummary'];
export type RunStep = Schemas['RunStep'];
export type RunStatus = Schemas['RunStatus'];
export type RunMessage = Schemas['Message'];
export type MessageFile = Schemas['MessageMedia'];
