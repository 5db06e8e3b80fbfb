import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { post } from '../../api/client.ts';
import { readPasskey } from '../../api/passkey.ts';
import { sessionQuery } from '../../api/session.ts';
import type { SessionState } from '../../api/types.ts';
import { api } from '../../util/api-paths.ts';

export type Proof = { by: 'password'; name: string; password: string } | { by: 'passkey' };
export type SignIn = ReturnType<typeof useSignIn>;

/** Signs in with what one has, and goes where one wanted to go. */
export function useSignIn(back: string) {
  const queryClient = useQueryClient();
  const router = useRouter();
  return useMutation({
    mutationFn: async (proof: Proof) => await prove(proof),
    onSuccess(session) {
      queryClient.clear();
      queryClient.setQueryData(sessionQuery.queryKey, session);
      router.history.push(back);
    },
  });
}

async function prove(proof: Proof): Promise<SessionState> {
  if (proof.by === 'password') {
    const { name, password } = proof;
    return await post<SessionState>(api.signIn('password'), { name, password });
  }
  return await post<SessionState>(api.signIn('passkey'), { credential: await readPasskey(api.passkeyChallenge()) });
}
