import type { Env } from '../../env/env.ts';
import { failure } from '../../errors.ts';
import type { Connection } from './connection.ts';
import { cachedText } from './token-file.ts';

const directory = '/var/run/secrets/kubernetes.io/serviceaccount';

/** Whether we run in a pod. */
export function isInCluster(env: Pick<Env, 'processes'>): boolean {
  return env.processes.variable('KUBERNETES_SERVICE_HOST') !== undefined;
}

/** The API server of the cluster that we run in, as the pod's service account. Its token rotates: it is read again each minute. */
export async function inClusterConnection(env: Env, mount: string = directory): Promise<Connection> {
  const host = env.processes.variable('KUBERNETES_SERVICE_HOST');
  const port = env.processes.variable('KUBERNETES_SERVICE_PORT') ?? '443';
  if (host === undefined)
    throw failure('KUBECONFIG_INVALID', {
      path: mount,
      reason: 'not in a cluster: KUBERNETES_SERVICE_HOST is not set',
    });
  const token = cachedText(env, `${mount}/token`);
  const ca = Buffer.from(await env.files.read(`${mount}/ca.crt`, 1024 * 1024)).toString('utf8');
  const namespace = Buffer.from(await env.files.read(`${mount}/namespace`, 1024))
    .toString('utf8')
    .trim();
  const origin = `https://${host.includes(':') ? `[${host}]` : host}:${port}`;
  return {
    origin,
    basePath: '',
    description: `the cluster it runs in (${origin})`,
    namespace,
    credentials: async ({ renew }) => ({ headers: { authorization: `Bearer ${await token(renew)}` }, tls: { ca } }),
  };
}
