import type { Schemas } from '@/api/client';

export type Webhook = Schemas['Webhook'];
export type WebhookContent = Schemas['WebhookContent'];
export type WebhookFinding = Schemas['WebhookFinding'];
export type WebhookVerdict = Schemas['WebhookVerdict'];
