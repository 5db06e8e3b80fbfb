import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { sessionQuery } from '../../api/session.ts';
import { Entrance } from '../../components/entrance.tsx';
import { ProblemView } from '../../components/problem-view.tsx';
import { buttonClass } from '../../ui/button.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { useTitle } from '../../ui/use-title.ts';
import { api } from '../../util/api-paths.ts';
import { PasskeyButton } from './passkey-button.tsx';
import { PasswordForm } from './password-form.tsx';
import { useSignIn } from './use-sign-in.ts';

const route = getRouteApi('/login');

/** The ways in that this operator has. */
export function LoginPage() {
  const { return: back = '/', error } = route.useSearch();
  const { data, error: failure, refetch } = useQuery(sessionQuery);
  const signIn = useSignIn(back);
  useTitle('Sign in');
  return (
    <Entrance title="Sign in">
      {failure !== null && data === undefined && <ProblemView error={failure} onRetry={() => void refetch()} />}
      {error !== undefined && (
        <Notice tone="bad" title="The provider did not sign you in">
          <p>Try again; if it comes again, whoever runs this operator finds the reason in its log.</p>
          <p className="mono text-faint">{error}</p>
        </Notice>
      )}
      {data?.insecure === true && (
        <Notice tone="warn" title="Nobody can sign in over plain http">
          Put TLS before the operator, or open it on the machine where it runs.
        </Notice>
      )}
      {data?.setup === true && (
        <Notice tone="work" title="There is no account yet">
          The operator printed a link for the first one when it started. Open it.
        </Notice>
      )}
      {data === undefined && failure === null && <Skeleton className="h-40 w-full" />}
      {data?.methods.oidc !== undefined && (
        <a href={api.provider(back)} className={`${buttonClass('primary')} min-h-10 justify-center`}>
          Continue with {data.methods.oidc.name}
        </a>
      )}
      {data?.methods.passkey === true && <PasskeyButton signIn={signIn} />}
      {data?.methods.password === true && <PasswordForm signIn={signIn} />}
    </Entrance>
  );
}
