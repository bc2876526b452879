import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { LogOut } from 'lucide-react';
import { useState } from 'react';
import { api, unwrap } from '@/api/client';
import { describeError, fieldMessages } from '@/api/problem';
import { sessionQuery } from '@/api/queries';
import { useSession } from '@/app/SessionGate';
import { Button, Field, focusInvalid, Input, Refusal, toast } from '@/ui';
import { checkPassword } from './password';
import { roleLabel } from './roles';
import { Section } from './Section';
import styles from './Settings.module.css';

export function AccountSection() {
  const session = useSession();
  const role = session.role && roleLabel(session.role);
  return (
    <Section title={t`Account`} about={role && t`Your role is ${role}.`}>
      <div className={styles.row}>
        <div>
          <p>{session.user?.name ?? t`An API key`}</p>
          <p className={styles.quiet}>{session.user?.email}</p>
        </div>
        <SignOut />
      </div>
      {session.user && !session.demo && <PasswordForm />}
      {session.demo && (
        <p className={styles.quiet}>
          <Trans>The demo’s account has no password: this machine is signed in by itself.</Trans>
        </p>
      )}
    </Section>
  );
}

function SignOut() {
  const queries = useQueryClient();
  const session = useSession();
  const signOut = useMutation({
    mutationFn: () => unwrap(api.DELETE('/session')),
    onSuccess: () => {
      // Nothing of this person stays in memory.
      queries.clear();
      void queries.invalidateQueries({ queryKey: sessionQuery.queryKey });
      window.location.assign('/login');
    },
    onError: (error) => toast({ kind: 'error', ...describeError(error) }),
  });
  if (session.demo) return null;
  return (
    <Button icon={<LogOut />} busy={signOut.isPending} onClick={() => signOut.mutate()}>
      <Trans>Sign out</Trans>
    </Button>
  );
}

const empty = { current: '', next: '', again: '' };

function PasswordForm() {
  const [open, setOpen] = useState(false);
  const [form, setForm] = useState(empty);
  const [problems, setProblems] = useState<Record<string, string>>({});
  const change = useMutation({
    mutationFn: () =>
      unwrap(
        api.PUT('/account/password', { body: { current_password: form.current, new_password: form.next } }),
      ),
    onSuccess: () => {
      setForm(empty);
      setOpen(false);
      toast({
        kind: 'success',
        title: t`Your password is changed`,
        detail: t`Other places where you were signed in are signed out.`,
      });
    },
    onError: (error) => {
      const { current_password: current, new_password: password } = fieldMessages(error);
      setProblems({ ...(current ? { current } : {}), ...(password ? { password } : {}) });
    },
  });
  const set = (next: Partial<typeof form>) => {
    setForm({ ...form, ...next });
    setProblems({});
    change.reset();
  };
  if (!open)
    return (
      <div className={styles.buttons}>
        <Button onClick={() => setOpen(true)}>
          <Trans>Change password</Trans>
        </Button>
      </div>
    );
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        const found: Record<string, string> = { ...checkPassword(form.next, form.again) };
        if (!form.current) found.current = t`Type the password you have now.`;
        setProblems(found);
        if (Object.keys(found).length === 0) change.mutate();
        else focusInvalid(event.currentTarget);
      }}
    >
      <Field label={t`Current password`} error={problems.current}>
        <Input
          type="password"
          autoComplete="current-password"
          value={form.current}
          onChange={(event) => set({ current: event.target.value })}
        />
      </Field>
      <Field label={t`New password`} error={problems.password} help={t`At least 10 characters.`}>
        <Input
          type="password"
          autoComplete="new-password"
          value={form.next}
          onChange={(event) => set({ next: event.target.value })}
        />
      </Field>
      <Field label={t`New password again`} error={problems.again}>
        <Input
          type="password"
          autoComplete="new-password"
          value={form.again}
          onChange={(event) => set({ again: event.target.value })}
        />
      </Field>
      <Refusal error={Object.keys(problems).length === 0 ? change.error : null} />
      <div className={styles.buttons}>
        <Button type="submit" variant="primary" busy={change.isPending}>
          <Trans>Change password</Trans>
        </Button>
        <Button
          onClick={() => {
            set(empty);
            setOpen(false);
          }}
        >
          <Trans>Cancel</Trans>
        </Button>
      </div>
    </form>
  );
}
