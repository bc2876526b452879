import { t } from '@lingui/core/macro';
import { AuthCard } from './AuthCard';
import { SignInForm } from './SignInForm';

/** `/login`. The gate leads on to where the person wanted to go, once the session is there. */
export function LoginScreen() {
  return (
    <AuthCard title={t`Sign in to Sluice`}>
      <SignInForm />
    </AuthCard>
  );
}
