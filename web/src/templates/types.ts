import type { Schemas } from '@/api/client';

export type Template = Schemas['Template'];
export type TemplateStatus = Schemas['TemplateStatus'];
export type NewTemplate = Schemas['NewTemplate'];
export type TemplatePatch = Schemas['TemplatePatch'];
