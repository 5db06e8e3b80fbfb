import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { post } from '../../api/client.ts';
import { makePasskey } from '../../api/passkey.ts';
import { sessionQuery } from '../../api/session.ts';
import type { PasskeyCreationOptions, SessionState } from '../../api/types.ts';
import { api } from '../../util/api-paths.ts';
import { pb } from '../../util/path-builder.ts';

type Chosen = { by: 'password'; password: string } | { by: 'passkey' };

/** Makes the account that the token is for, and signs in with it. `name`: where the token has none. */
export function useSetUp(token: string, name: string | undefined) {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const named = { token, ...(name === undefined ? {} : { name: name.trim() }) };
  return useMutation({
    async mutationFn(chosen: Chosen) {
      if (chosen.by === 'password') {
        return await post<SessionState>(api.setup(), { ...named, password: chosen.password });
      }
      const options = await post<PasskeyCreationOptions>(api.setupPasskey(), named);
      return await post<SessionState>(api.setup(), { ...named, passkey: await makePasskey(options) });
    },
    onSuccess(session) {
      queryClient.setQueryData(sessionQuery.queryKey, session);
      void navigate({ ...pb.applications(), replace: true });
    },
  });
}
