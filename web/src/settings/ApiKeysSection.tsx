import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { api, type Schemas, unwrap } from '@/api/client';
import { describeError } from '@/api/problem';
import { When } from '@/format/When';
import { Button, ConfirmDialog, ErrorState, IconButton, Skeleton, toast } from '@/ui';
import { NewApiKeyDialog } from './NewApiKeyDialog';
import { roleLabel } from './roles';
import { Section } from './Section';
import styles from './Settings.module.css';

type ApiKey = Schemas['APIKey'];

const apiKeysQuery = {
  queryKey: ['api-keys'],
  queryFn: async () => (await unwrap(api.GET('/api-keys'))).items,
};

export function ApiKeysSection() {
  const keys = useQuery(apiKeysQuery);
  const [creating, setCreating] = useState(false);
  return (
    <Section title={t`API keys`} about={t`Programs use them to start runs and to read what became of them.`}>
      {keys.isError ? (
        <ErrorState error={keys.error} onRetry={() => void keys.refetch()} />
      ) : !keys.data ? (
        <Skeleton height={48} radius={8} />
      ) : keys.data.length === 0 ? (
        <p className={styles.quiet}>
          <Trans>No program can get in yet.</Trans>
        </p>
      ) : (
        <ul className={styles.keys} aria-label={t`API keys`}>
          {keys.data.map((key) => (
            <KeyRow key={key.id} apiKey={key} />
          ))}
        </ul>
      )}
      <div className={styles.buttons}>
        <Button icon={<Plus />} onClick={() => setCreating(true)}>
          <Trans>Create a key</Trans>
        </Button>
      </div>
      {creating && <NewApiKeyDialog onClose={() => setCreating(false)} />}
    </Section>
  );
}

function KeyRow({ apiKey }: { apiKey: ApiKey }) {
  const queries = useQueryClient();
  const [asking, setAsking] = useState(false);
  const revoke = useMutation({
    mutationFn: () => unwrap(api.DELETE('/api-keys/{key_id}', { params: { path: { key_id: apiKey.id } } })),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: apiKeysQuery.queryKey });
      toast({ kind: 'success', title: t`“${apiKey.name}” is revoked` });
    },
    onError: (error) => toast({ kind: 'error', ...describeError(error) }),
  });
  return (
    <li className={styles.key}>
      <div>
        <p className={styles.keyName}>{apiKey.name}</p>
        <p className={styles.prefix}>{apiKey.prefix}…</p>
      </div>
      <span className={styles.quiet}>{roleLabel(apiKey.role)}</span>
      <span className={styles.quiet}>
        {apiKey.last_used_at ? (
          <Trans>
            used <When at={apiKey.last_used_at} />
          </Trans>
        ) : (
          t`never used`
        )}
      </span>
      <IconButton label={t`Revoke ${apiKey.name}`} size="small" onClick={() => setAsking(true)}>
        <Trash2 />
      </IconButton>
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title={t`Revoke “${apiKey.name}”?`}
        action={t`Revoke the key`}
        busy={revoke.isPending}
        onConfirm={() => revoke.mutate()}
      >
        <p>
          <Trans>Every program that uses it is refused from then on. It cannot be taken back.</Trans>
        </p>
      </ConfirmDialog>
    </li>
  );
}
