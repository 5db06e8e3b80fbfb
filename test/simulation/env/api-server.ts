import type { ModelCluster } from '../cluster/cluster.ts';
import type { Verdict } from '../faults/point.ts';
import type { ServerAnswer, ServerRequest, SimServer } from './server.ts';

/** Who the operators are, to the API server. */
export const operatorUser = 'system:serviceaccount:holdfast:holdfast';

export function apiServer(cluster: ModelCluster): SimServer {
  return {
    addresses: ['10.96.0.1'],
    point(request) {
      const detail = `${request.method} ${request.path}`;
      const [path = '', query = ''] = request.path.split('?');
      if (request.method === 'GET') {
        const isWatch = /(^|&)watch=(true|1)(&|$)/.test(query);
        return { kind: isWatch ? 'api.watch' : 'api.read', detail: `${request.method} ${path}` };
      }
      return query.includes('dryRun=All') ? { kind: 'api.read', detail } : { kind: 'api.write', detail };
    },
    handle({ method, path, headers, body }: ServerRequest, verdict: Verdict): ServerAnswer {
      const behind = verdict?.do === 'stale' ? { seenRevision: Math.max(1, cluster.revision - (verdict.by ?? 1)) } : {};
      return cluster.handle({
        method,
        path,
        headers,
        ...(body === '' ? {} : { body }),
        user: operatorUser,
        groups: ['system:serviceaccounts', 'system:authenticated'],
        ...behind,
      });
    },
  };
}
