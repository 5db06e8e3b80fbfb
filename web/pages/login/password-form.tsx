import { ProblemView } from '../../components/problem-view.tsx';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import type { SignIn } from './use-sign-in.ts';

export function PasswordForm({ signIn }: { signIn: SignIn }) {
  const isMine = signIn.variables?.by === 'password';
  return (
    <form
      className="flex flex-col gap-3"
      onSubmit={event => {
        event.preventDefault();
        const given = new FormData(event.currentTarget);
        signIn.mutate({ by: 'password', name: String(given.get('name')), password: String(given.get('password')) });
      }}
    >
      <Field label="Name" name="name" autoComplete="username webauthn" required />
      <Field label="Password" name="password" type="password" autoComplete="current-password" required />
      {isMine && signIn.isError && <ProblemView error={signIn.error} />}
      <Button type="submit" kind="primary" disabledReason={signIn.isPending ? 'Signing in' : undefined}>
        <span className="mx-auto py-1">Sign in</span>
      </Button>
    </form>
  );
}
