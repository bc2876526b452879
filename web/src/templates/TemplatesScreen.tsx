import { plural, t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import { FileText, Plus, Search } from 'lucide-react';
import { useState } from 'react';
import { Link } from 'wouter';
import { allTemplatesQuery } from '@/api/queries';
import { useMay } from '@/app/SessionGate';
import { ChannelMark } from '@/channels/ChannelMark';
import { Button, type Column, EmptyState, ErrorState, Input, Page, Table } from '@/ui';
import { categoryTitle } from './categories';
import { ImportButton } from './ImportButton';
import { TemplateStatusBadge } from './TemplateStatusBadge';
import styles from './TemplatesScreen.module.css';
import type { Template } from './types';

/** `/templates`: the messages that a provider approved beforehand. */
export function TemplatesScreen() {
  const templates = useQuery(allTemplatesQuery);
  const may = useMay('editor');
  const [filter, setFilter] = useState('');
  const wanted = filter.trim().toLowerCase();
  const rows = templates.data?.filter((template) =>
    [template.name, template.slug, template.text, template.language].some((text) =>
      text.toLowerCase().includes(wanted),
    ),
  );
  const create = (
    <Button asChild variant="primary">
      <Link href="/templates/new">
        <Trans>
          <Plus size={16} aria-hidden="true" /> New template
        </Trans>
      </Link>
    </Button>
  );
  return (
    <Page
      title={t`Templates`}
      description={t`Messages that a provider approved beforehand. WhatsApp takes nothing else outside the 24 hours after a person wrote.`}
      actions={
        <>
          <ImportButton />
          {may && templates.data?.length !== 0 && create}
        </>
      }
    >
      {templates.isError ? (
        <ErrorState error={templates.error} onRetry={() => void templates.refetch()} />
      ) : templates.data?.length === 0 ? (
        <EmptyState
          icon={<FileText />}
          title={t`Record a template here once the provider approved it, and flows can send it.`}
          action={may && create}
        />
      ) : (
        <>
          <Input
            className={styles.search ?? ''}
            type="search"
            aria-label={t`Search templates`}
            placeholder={t`Search by name or text`}
            leading={<Search />}
            value={filter}
            onChange={(event) => setFilter(event.target.value)}
          />
          {rows?.length === 0 ? (
            <EmptyState
              icon={<Search />}
              title={t`No template fits what you look for.`}
              action={
                <Button onClick={() => setFilter('')}>
                  <Trans>Show all templates</Trans>
                </Button>
              }
            />
          ) : (
            <Table
              label={t`Templates`}
              columns={columns()}
              rows={rows}
              rowKey={(template) => template.id}
              href={(template) => `/templates/${template.id}`}
            />
          )}
        </>
      )}
    </Page>
  );
}

const columns = (): Column<Template>[] => [
  {
    name: 'name',
    head: t`Name`,
    width: '26%',
    cell: (template) => (
      <span className={styles.name}>
        <ChannelMark type={template.channel_type} />
        <span className={styles.words}>
          <span className={styles.title}>{template.name}</span>
          <span className={styles.slug}>{template.slug}</span>
        </span>
      </span>
    ),
  },
  {
    name: 'text',
    head: t`Text`,
    wideOnly: true,
    cell: (template) => <span className={styles.text}>{template.text}</span>,
  },
  {
    name: 'language',
    head: t`Language`,
    width: 100,
    cell: (template) => <span className={styles.quiet}>{template.language}</span>,
  },
  {
    name: 'category',
    head: t`Category`,
    width: 130,
    wideOnly: true,
    cell: (template) => <span className={styles.quiet}>{categoryTitle(template.category)}</span>,
  },
  {
    name: 'parameters',
    head: t`Parameters`,
    width: 120,
    wideOnly: true,
    cell: (template) => (
      <span className={styles.quiet}>
        {plural(template.parameters, { 0: 'None', one: '# parameter', other: '# parameters' })}
      </span>
    ),
  },
  {
    name: 'status',
    head: t`Status`,
    width: 170,
    cell: (template) => <TemplateStatusBadge template={template} />,
  },
];
