import type { Schemas } from '@/api/client';

export type Template = Schemas['Template'];
export type TemplateStatus = Schemas['TemplateStatus'];
export type TemplateParameter = Schemas['TemplateParameter'];
export type NewTemplate = Schemas['NewTemplate'];
export type TemplatePatch = Schemas['TemplatePatch'];
export type TemplateImport = Schemas['TemplateImport'];
export type TemplateImportItem = Schemas['TemplateImportItem'];

/** What a template shows on a phone. */
export type TemplateParts = Pick<Template, 'text' | 'header' | 'footer' | 'buttons'>;
