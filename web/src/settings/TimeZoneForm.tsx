import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { api, unwrap } from '@/api/client';
import { fieldMessages } from '@/api/problem';
import { sessionQuery } from '@/api/queries';
import { useSession } from '@/app/SessionGate';
import { Button, Field, Input, Refusal, toast } from '@/ui';
import styles from './Settings.module.css';

/** Where flows mean local times, with the zone of this browser proposed. */
export function TimeZoneForm({ may }: { may: boolean }) {
  const queries = useQueryClient();
  const { workspace } = useSession();
  const [zone, setZone] = useState(workspace?.time_zone ?? '');
  const zones = useId();
  const change = useMutation({
    mutationFn: () => unwrap(api.PATCH('/workspace', { body: { time_zone: zone.trim() } })),
    onSuccess: (changed) => {
      setZone(changed.time_zone);
      toast({ kind: 'success', title: t`New runs use this time zone` });
      return queries.invalidateQueries({ queryKey: sessionQuery.queryKey });
    },
  });
  const edit = (value: string) => {
    setZone(value);
    change.reset();
  };
  const problem = fieldMessages(change.error).time_zone;
  const changed = zone.trim() !== (workspace?.time_zone ?? '');
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        if (changed) change.mutate();
      }}
    >
      <Field
        label={t`Time zone`}
        help={t`Where flows mean local times and dates that name no zone. Runs keep the one that they began with.`}
        error={problem}
      >
        <Input
          value={zone}
          disabled={!may}
          maxLength={64}
          placeholder="UTC"
          list={zones}
          onChange={(event) => edit(event.target.value)}
        />
      </Field>
      <datalist id={zones}>
        {Intl.supportedValuesOf('timeZone').map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      <Refusal error={problem ? null : change.error} />
      {may && (
        <div className={styles.buttons}>
          <Button type="submit" busy={change.isPending} disabled={!changed}>
            <Trans>Save</Trans>
          </Button>
          {here && zone.trim() !== here && (
            <Button type="button" variant="ghost" onClick={() => edit(here)}>
              <Trans>Use {here}</Trans>
            </Button>
          )}
        </div>
      )}
    </form>
  );
}
