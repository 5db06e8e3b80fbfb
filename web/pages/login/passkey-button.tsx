import { wasCancelled } from '../../api/passkey.ts';
import { ProblemView } from '../../components/problem-view.tsx';
import { Button } from '../../ui/button.tsx';
import type { SignIn } from './use-sign-in.ts';

export function PasskeyButton({ signIn }: { signIn: SignIn }) {
  const isMine = signIn.variables?.by === 'passkey';
  return (
    <>
      <Button
        onClick={() => signIn.mutate({ by: 'passkey' })}
        disabledReason={signIn.isPending ? 'Signing in' : undefined}
      >
        <span className="mx-auto py-1">Use a passkey</span>
      </Button>
      {isMine && signIn.isError && !wasCancelled(signIn.error) && <ProblemView error={signIn.error} />}
    </>
  );
}
