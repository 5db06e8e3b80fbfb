import { useQuery } from '@tanstack/react-query';
import { ownAccountQuery } from '../../api/account.ts';
import { ProblemView } from '../../components/problem-view.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { useTitle } from '../../ui/use-title.ts';
import { Sessions } from './sessions.tsx';
import { Tokens } from './tokens.tsx';
import { WaysIn } from './ways-in.tsx';
import { Who } from './who.tsx';

/** Who one is here, by what one comes in, where one is signed in, and what one has let in. */
export function AccountPage() {
  const { data: account, error, refetch } = useQuery(ownAccountQuery);
  useTitle('Account');
  return (
    <div className="flex max-w-4xl flex-col gap-6">
      <h1>{account?.name ?? 'Account'}</h1>
      {account === undefined && error !== null && <ProblemView error={error} onRetry={() => void refetch()} />}
      {account === undefined && error === null && <Skeleton className="h-96 w-full" />}
      {account !== undefined && (
        <>
          <Who account={account} />
          <WaysIn account={account} />
          <Sessions />
          <Tokens account={account} />
        </>
      )}
    </div>
  );
}
