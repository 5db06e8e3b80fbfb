// What `holdfast doctor` asks: who it is, and what it may do.
import type { ApiAnswer, ApiRequest } from './cluster.ts';
import { parseBody } from './patch.ts';

const paths: Record<string, (request: ApiRequest) => object> = {
  '/apis/authentication.k8s.io/v1/selfsubjectreviews': ({ user, groups = [] }) => ({
    userInfo: { username: user, groups },
  }),
  // What is forbidden shows when it is tried.
  '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews': () => ({ allowed: true }),
};

export function reviewAccess(request: ApiRequest, path: string): ApiAnswer | undefined {
  const review = request.method === 'POST' ? paths[path] : undefined;
  if (review === undefined) return undefined;
  const body = JSON.stringify({ ...parseBody(request.body), status: review(request) });
  return { status: 201, headers: { 'content-type': 'application/json' }, body };
}
