import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { post } from '../../api/client.ts';
import type { SetupState } from '../../api/types.ts';
import { Entrance } from '../../components/entrance.tsx';
import { ProblemView } from '../../components/problem-view.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { useTitle } from '../../ui/use-title.ts';
import { api } from '../../util/api-paths.ts';
import { SetupForm } from './setup-form.tsx';

/** Where the link for a new account leads: the token is behind the `#`, which no server and no log gets to see. */
export function SetupPage() {
  const [token] = useState(() => location.hash.slice(1));
  const { data, error } = useQuery({
    queryKey: ['setup'],
    queryFn: () => post<SetupState>(api.setupLook(), { token }),
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
  });
  useTitle('Set up an account');
  return (
    <Entrance title={data?.name === undefined ? 'Set up the first account' : `Set up the account ${data.name}`}>
      {error !== null && <ProblemView error={error} />}
      {data === undefined && error === null && <Skeleton className="h-48 w-full" />}
      {data !== undefined && (
        <>
          <p className="text-dim">
            {data.admin ? 'It may do everything. ' : ''}This link ends <RelativeTime at={data.expiresAt} />, or when it
            is used.
          </p>
          <SetupForm token={token} state={data} />
        </>
      )}
    </Entrance>
  );
}
