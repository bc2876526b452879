import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useSearch } from 'wouter';
import { api, unwrap } from '@/api/client';
import { fieldMessages } from '@/api/problem';
import { sessionQuery } from '@/api/queries';
import { checkPassword } from '@/settings/password';
import { Button, Field, focusInvalid, Input, Refusal } from '@/ui';
import { AuthCard } from './AuthCard';
import styles from './AuthCard.module.css';

/** `/setup?token=…`: makes the first owner, with the link that the server printed. */
export function SetupScreen() {
  const session = useQuery(sessionQuery);
  const token = new URLSearchParams(useSearch()).get('token') ?? '';
  if (session.data && !session.data.setup_required)
    return (
      <AuthCard title={t`This server is set up`} intro={t`The set-up link works once. Sign in instead.`}>
        <div className={styles.form}>
          <Button asChild variant="primary">
            <Link href="/login">
              <Trans>Sign in</Trans>
            </Link>
          </Button>
        </div>
      </AuthCard>
    );
  if (!token)
    return (
      <AuthCard
        title={t`Open the set-up link`}
        intro={t`This server has no owner yet. It printed a link when it started: look for “/setup?token=” in its terminal or log, and open that.`}
      >
        <div className={styles.form}>
          <Button onClick={() => window.location.reload()}>
            <Trans>Look again</Trans>
          </Button>
        </div>
      </AuthCard>
    );
  return <SetupForm token={token} />;
}

function SetupForm({ token }: { token: string }) {
  const queries = useQueryClient();
  const [form, setForm] = useState({ name: '', email: '', password: '', again: '' });
  const [problems, setProblems] = useState<Record<string, string>>({});
  const setUp = useMutation({
    mutationFn: () =>
      unwrap(
        api.POST('/setup', {
          body: { token, name: form.name.trim(), email: form.email.trim(), password: form.password },
        }),
      ),
    onSuccess: (session) => queries.setQueryData(sessionQuery.queryKey, session),
    onError: (error) => setProblems(fieldMessages(error)),
  });
  const set = (change: Partial<typeof form>) => {
    setForm({ ...form, ...change });
    setProblems({});
  };
  const shown = ['name', 'email', 'password', 'again'].some((field) => problems[field]);
  return (
    <AuthCard
      title={t`Welcome to Sluice`}
      intro={t`You become the owner of this server. Nobody else can use this link afterwards.`}
    >
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          const found = checkPassword(form.password, form.again);
          setProblems({ ...found });
          if (Object.keys(found).length === 0) setUp.mutate();
          else focusInvalid(event.currentTarget);
        }}
      >
        <Field label={t`Your name`} error={problems.name}>
          <Input
            name="name"
            autoComplete="name"
            autoFocus
            required
            maxLength={100}
            value={form.name}
            onChange={(event) => set({ name: event.target.value })}
          />
        </Field>
        <Field label={t`Email`} error={problems.email}>
          <Input
            type="email"
            name="email"
            autoComplete="username"
            required
            maxLength={254}
            value={form.email}
            onChange={(event) => set({ email: event.target.value })}
          />
        </Field>
        <Field label={t`Password`} error={problems.password} help={t`At least 10 characters.`}>
          <Input
            type="password"
            name="new-password"
            autoComplete="new-password"
            required
            maxLength={1000}
            value={form.password}
            onChange={(event) => set({ password: event.target.value })}
          />
        </Field>
        <Field label={t`Password again`} error={problems.again}>
          <Input
            type="password"
            name="new-password-again"
            autoComplete="new-password"
            required
            maxLength={1000}
            value={form.again}
            onChange={(event) => set({ again: event.target.value })}
          />
        </Field>
        <Refusal
          error={shown ? null : setUp.error}
          fallback={t`Start the server again for a new link, and open that one.`}
        />
        <Button type="submit" variant="primary" busy={setUp.isPending}>
          <Trans>Create the owner</Trans>
        </Button>
      </form>
    </AuthCard>
  );
}
