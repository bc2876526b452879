import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Trash2 } from 'lucide-react';
import { useState } from 'react';
import { Link, useLocation } from 'wouter';
import { api, unwrap } from '@/api/client';
import { describeError } from '@/api/problem';
import { allChannelsQuery } from '@/api/queries';
import { useMay } from '@/app/SessionGate';
import { providersQuery } from '@/channels/queries';
import { When } from '@/format/When';
import { Button, ConfirmDialog, ErrorState, Page, Skeleton, toast } from '@/ui';
import { emptyTemplate, newTemplateBody, readTemplate, templatePatch } from './form';
import { ImportButton } from './ImportButton';
import { templateQuery } from './queries';
import { TemplateEditor } from './TemplateEditor';
import styles from './TemplateEditor.module.css';
import { QualityBadge, TemplateStatusBadge } from './TemplateStatusBadge';
import type { Template } from './types';

const back = (
  <Link href="/templates">
    <Trans>All templates</Trans>
  </Link>
);

/** `/templates/new`: records a template. */
export function NewTemplateScreen() {
  const queries = useQueryClient();
  const [, navigate] = useLocation();
  const create = useMutation({
    mutationFn: (form: typeof emptyTemplate) =>
      unwrap(api.POST('/templates', { body: newTemplateBody(form) })),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['templates'] });
      toast({ kind: 'success', title: t`The template is recorded` });
      navigate('/templates');
    },
  });
  return (
    <Page title={t`New template`} description={back}>
      <TemplateEditor
        initial={emptyTemplate}
        isNew
        may
        action={t`Record template`}
        busy={create.isPending}
        error={create.error}
        onSave={(form) => create.mutate(form)}
      />
    </Page>
  );
}

/** `/templates/:id`: one template, to read and change. */
export function TemplateScreen({ templateId }: { templateId: string }) {
  const template = useQuery(templateQuery(templateId));
  return (
    <Page
      title={template.data?.name ?? t`Template`}
      description={back}
      actions={template.data && <DeleteButton template={template.data} />}
    >
      {template.isError ? (
        <ErrorState error={template.error} onRetry={() => void template.refetch()} />
      ) : template.data ? (
        <Existing key={template.data.updated_at} template={template.data} />
      ) : (
        <div className={styles.columns}>
          <Skeleton height={420} radius={8} />
          <Skeleton height={300} radius={8} />
        </div>
      )}
    </Page>
  );
}

function Existing({ template }: { template: Template }) {
  const queries = useQueryClient();
  const may = useMay('editor');
  const change = useMutation({
    mutationFn: (patch: NonNullable<ReturnType<typeof templatePatch>>) =>
      unwrap(
        api.PATCH('/templates/{template_id}', {
          params: { path: { template_id: template.id } },
          body: patch,
        }),
      ),
    onSuccess: (saved) => {
      queries.setQueryData(templateQuery(template.id).queryKey, saved);
      toast({ kind: 'success', title: t`The template is saved` });
      return queries.invalidateQueries({ queryKey: ['templates', 'all'] });
    },
  });
  return (
    <>
      {template.source && <Origin template={template} />}
      <TemplateEditor
        imported={template.source ? template : undefined}
        initial={readTemplate(template)}
        isNew={false}
        may={may}
        action={t`Save`}
        busy={change.isPending}
        error={change.error}
        changed={(form) => templatePatch(form, template) !== undefined}
        onSave={(form) => {
          const patch = templatePatch(form, template);
          if (patch) change.mutate(patch);
        }}
      />
    </>
  );
}

/** Where an imported template comes from, and whether it is still there. */
function Origin({ template }: { template: Template }) {
  const channels = useQuery(allChannelsQuery);
  const providers = useQuery(providersQuery);
  const { source, seen_at: seenAt } = template;
  if (!source) return null;
  const channel = channels.data?.find(({ id }) => id === source.channel_id);
  const provider = providers.data?.find(({ name }) => name === source.kind)?.title ?? source.kind;
  return (
    <section className={styles.origin} aria-label={t`Where it comes from`}>
      <div className={styles.badges}>
        <TemplateStatusBadge template={template} />
        {template.quality && <QualityBadge quality={template.quality} />}
      </div>
      <p>
        <Trans>
          Imported from {provider}, where it is called <code>{source.vendor_name}</code>. Its content is
          changed there; here only the name is.
        </Trans>
        {seenAt && (
          <>
            {' '}
            <Trans>
              Last seen <When at={seenAt} />.
            </Trans>
          </>
        )}
      </p>
      {channel && <ImportButton channel={channel} />}
    </section>
  );
}

function DeleteButton({ template }: { template: Template }) {
  const queries = useQueryClient();
  const [, navigate] = useLocation();
  const may = useMay('editor');
  const [asking, setAsking] = useState(false);
  const remove = useMutation({
    mutationFn: () =>
      unwrap(api.DELETE('/templates/{template_id}', { params: { path: { template_id: template.id } } })),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['templates', 'all'] });
      toast({ kind: 'success', title: t`“${template.name}” is deleted` });
      navigate('/templates');
    },
    onError: (error) => toast({ kind: 'error', ...describeError(error) }),
  });
  if (!may) return null;
  return (
    <>
      <Button variant="danger" icon={<Trash2 />} onClick={() => setAsking(true)}>
        <Trans>Delete</Trans>
      </Button>
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title={t`Delete “${template.name}”?`}
        action={t`Delete the template`}
        busy={remove.isPending}
        onConfirm={() => remove.mutate()}
      >
        <p>
          <Trans>
            Flows that send <code>{template.slug}</code> cannot be published until they name another template.
            The provider keeps its own copy.
          </Trans>
        </p>
      </ConfirmDialog>
    </>
  );
}
