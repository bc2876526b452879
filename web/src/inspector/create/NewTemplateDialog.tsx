import { t } from '@lingui/core/macro';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, type Schemas, unwrap } from '@/api/client';
import { emptyTemplate, newTemplateBody, type TemplateForm } from '@/templates/form';
import { TemplateEditor } from '@/templates/TemplateEditor';
import { Dialog } from '@/ui';

interface NewTemplateDialogProps {
  channelType: string;
  onCreated(template: Schemas['Template']): void;
  onClose(): void;
}

/** Writes a template, beside a preview of it, without leaving the flow. */
export default function NewTemplateDialog({ channelType, onCreated, onClose }: NewTemplateDialogProps) {
  const queries = useQueryClient();
  const create = useMutation({
    mutationFn: (form: TemplateForm) => unwrap(api.POST('/templates', { body: newTemplateBody(form) })),
    onSuccess: async (template) => {
      await queries.invalidateQueries({ queryKey: ['templates'] });
      onCreated(template);
      onClose();
    },
  });
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title={t`New template`} size="large">
      <TemplateEditor
        initial={{ ...emptyTemplate, channelType }}
        isNew
        may
        action={t`Create template`}
        busy={create.isPending}
        error={create.error}
        onSave={(form) => create.mutate(form)}
      />
    </Dialog>
  );
}
