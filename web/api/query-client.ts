import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { ApiProblem, isSignedOut } from './problem.ts';
import { sessionQuery } from './session.ts';

/** One for the page. Whatever finds out that nobody is signed in any longer has everything else know it, too. */
export function createQueryClient(): QueryClient {
  const onError = (error: Error) => {
    if (isSignedOut(error)) void client.invalidateQueries(sessionQuery);
  };
  const client: QueryClient = new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      queries: {
        // Streams say what changed; this is for what has none, when one comes back to the page.
        staleTime: 15_000,
        gcTime: 120_000,
        retry: (failures, error) => isTransient(error) && failures < 3,
      },
    },
  });
  return client;
}

/** What may be otherwise in a moment: not a refusal. */
function isTransient(error: Error): boolean {
  return !(error instanceof ApiProblem) || error.status >= 502;
}
