import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, unwrap } from '@/api/client';
import { fieldMessages } from '@/api/problem';
import { sessionQuery } from '@/api/queries';
import { useSession } from '@/app/SessionGate';
import { Button, Field, Input, Refusal, toast } from '@/ui';
import { Section } from './Section';
import styles from './Settings.module.css';
import { TimeZoneForm } from './TimeZoneForm';

export function WorkspaceSection({ may }: { may: boolean }) {
  const queries = useQueryClient();
  const { workspace, version } = useSession();
  const [name, setName] = useState(workspace?.name ?? '');
  const rename = useMutation({
    mutationFn: () => unwrap(api.PATCH('/workspace', { body: { name: name.trim() } })),
    onSuccess: (renamed) => {
      setName(renamed.name);
      toast({ kind: 'success', title: t`The workspace has its new name` });
      return queries.invalidateQueries({ queryKey: sessionQuery.queryKey });
    },
  });
  const problem = fieldMessages(rename.error).name;
  const changed = name.trim() !== '' && name.trim() !== workspace?.name;
  return (
    <Section title={t`Workspace`} about={version && t`Sluice ${version}`}>
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          if (changed) rename.mutate();
        }}
      >
        <Field label={t`Name`} error={problem}>
          <Input
            value={name}
            disabled={!may}
            maxLength={100}
            onChange={(event) => {
              setName(event.target.value);
              rename.reset();
            }}
          />
        </Field>
        <Refusal error={problem ? null : rename.error} />
        {may && (
          <div className={styles.buttons}>
            <Button type="submit" busy={rename.isPending} disabled={!changed}>
              <Trans>Rename</Trans>
            </Button>
          </div>
        )}
      </form>
      <TimeZoneForm may={may} />
    </Section>
  );
}
