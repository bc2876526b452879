import { i18n } from '@lingui/core';
import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { api, unwrap } from '@/api/client';
import { fieldMessages } from '@/api/problem';
import { useSession } from '@/app/SessionGate';
import { Button, CopyButton, Dialog, Field, Input, Refusal, Select } from '@/ui';
import { grantableRoles, type Role } from './roles';
import styles from './Settings.module.css';

/** Creates an API key and shows it, once. */
export function NewApiKeyDialog({ onClose }: { onClose(): void }) {
  const queries = useQueryClient();
  const { role: own } = useSession();
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>('operator');
  const formId = useId();
  const create = useMutation({
    mutationFn: () => unwrap(api.POST('/api-keys', { body: { name: name.trim(), role } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['api-keys'] }),
  });

  if (create.data)
    return (
      <Dialog
        open
        onOpenChange={(open) => !open && onClose()}
        title={t`Copy the key now`}
        description={t`It is shown this once. Keep it where your program keeps its secrets.`}
        footer={
          <Button variant="primary" onClick={onClose}>
            <Trans>I have copied it</Trans>
          </Button>
        }
      >
        <div className={styles.secret}>
          <code>{create.data.key}</code>
          <CopyButton wide text={create.data.key} label={t`Copy`} />
        </div>
      </Dialog>
    );

  const problem = fieldMessages(create.error).name;
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t`Create an API key`}
      footer={
        <>
          <Button onClick={onClose}>
            <Trans>Cancel</Trans>
          </Button>
          <Button
            type="submit"
            form={formId}
            variant="primary"
            busy={create.isPending}
            disabled={!name.trim()}
          >
            <Trans>Create the key</Trans>
          </Button>
        </>
      }
    >
      <form
        id={formId}
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          if (name.trim()) create.mutate();
        }}
      >
        <Field label={t`Name`} required help={t`Which program uses it.`} error={problem}>
          <Input
            value={name}
            maxLength={100}
            placeholder={t`Checkout service`}
            onChange={(event) => setName(event.target.value)}
          />
        </Field>
        <Field label={t`Role`} help={t`Operator is enough to start runs.`}>
          <Select
            value={role}
            onChange={(value) => setRole(value as Role)}
            options={grantableRoles(own).map(({ value, label, detail }) => ({
              value,
              label: i18n._(label),
              detail: i18n._(detail),
            }))}
          />
        </Field>
        <Refusal error={problem ? null : create.error} />
      </form>
    </Dialog>
  );
}
