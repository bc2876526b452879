import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, unwrap } from '@/api/client';
import { sessionQuery } from '@/api/queries';
import { Button, Field, Input, Refusal } from '@/ui';
import styles from './AuthCard.module.css';

/** Asks for e-mail and password, and puts the new session where everything reads it. */
export function SignInForm() {
  const queries = useQueryClient();
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const signIn = useMutation({
    mutationFn: () => unwrap(api.POST('/session', { body: { email: email.trim(), password } })),
    onSuccess: (session) => queries.setQueryData(sessionQuery.queryKey, session),
    onError: () => setPassword(''),
  });
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        signIn.mutate();
      }}
    >
      <Field label={t`Email`}>
        <Input
          type="email"
          name="email"
          autoComplete="username"
          autoFocus
          required
          maxLength={254}
          value={email}
          onChange={(event) => setEmail(event.target.value)}
        />
      </Field>
      <Field label={t`Password`}>
        <Input
          type="password"
          name="password"
          autoComplete="current-password"
          required
          maxLength={1000}
          value={password}
          onChange={(event) => setPassword(event.target.value)}
        />
      </Field>
      <Refusal error={signIn.error} fallback={t`Check both and try again.`} />
      <Button type="submit" variant="primary" busy={signIn.isPending}>
        <Trans>Sign in</Trans>
      </Button>
    </form>
  );
}
