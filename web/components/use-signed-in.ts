import { useQuery } from '@tanstack/react-query';
import { useNavigate, useRouter } from '@tanstack/react-router';
import { useEffect } from 'react';
import { sessionQuery } from '../api/session.ts';
import { pb } from '../util/path-builder.ts';

/** Who is signed in. As soon as it is nobody, or nobody any longer, the page gives way to the one for signing in. */
export function useSignedIn() {
  const session = useQuery(sessionQuery);
  const navigate = useNavigate();
  const router = useRouter();
  const isNobody = session.data !== undefined && session.data.subject === undefined;
  useEffect(() => {
    // Where one is when that is noticed, once: on the way to signing in the address is another one already.
    if (isNobody) void navigate({ ...pb.login({ return: router.latestLocation.href }), replace: true });
  }, [isNobody, router, navigate]);
  return session;
}
