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
        title="Copy the key now"
        description="It is shown this once. Keep it where your program keeps its secrets."
        footer={
          <Button variant="primary" onClick={onClose}>
            I have copied it
          </Button>
        }
      >
        <div className={styles.secret}>
          <code>{create.data.key}</code>
          <CopyButton wide text={create.data.key} label="Copy" />
        </div>
      </Dialog>
    );

  const problem = fieldMessages(create.error).name;
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title="Create an API key"
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            type="submit"
            form={formId}
            variant="primary"
            busy={create.isPending}
            disabled={!name.trim()}
          >
            Create the key
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
        <Field label="Name" required help="Which program uses it." error={problem}>
          <Input
            value={name}
            maxLength={100}
            placeholder="Checkout service"
            onChange={(event) => setName(event.target.value)}
          />
        </Field>
        <Field label="Role" help="Operator is enough to start runs.">
          <Select value={role} onChange={(value) => setRole(value as Role)} options={grantableRoles(own)} />
        </Field>
        <Refusal error={problem ? null : create.error} />
      </form>
    </Dialog>
  );
}
