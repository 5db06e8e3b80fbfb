// What scenarios set up in a cluster: namespaces of their own, and users who may do only so much.

import { randomBytes } from 'node:crypto';
import type { Access } from './access.ts';
import type { KubeClient } from './kube-client.ts';
import { runProgram } from './process.ts';

export interface Rule {
  apiGroups: string[];
  resources: string[];
  verbs: string[];
  resourceNames?: string[];
}

/** A namespace that nobody else uses: tests share a cluster and run side by side. */
export async function createNamespace(admin: KubeClient, prefix = 'test'): Promise<string> {
  const name = uniqueName(prefix);
  await admin.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  return name;
}

/** For what has no namespace, such as CRDs and cluster roles. */
export function uniqueName(prefix: string): string {
  return `${prefix}-${randomBytes(4).toString('hex')}`;
}

/**
 * A ServiceAccount in the namespace that may do what `rules` say there and what `clusterRules` say everywhere.
 * Its user name is `system:serviceaccount:NAMESPACE:NAME`.
 */
export async function createServiceAccount(
  admin: KubeClient,
  namespace: string,
  { rules = [], clusterRules = [] }: { rules?: Rule[]; clusterRules?: Rule[] },
): Promise<{ name: string; user: string; token: string }> {
  const name = uniqueName('account');
  await admin.create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace } });
  const apiGroup = 'rbac.authorization.k8s.io';
  const apiVersion = `${apiGroup}/v1`;
  const subjects = [{ kind: 'ServiceAccount', name, namespace }];
  if (rules.length > 0) {
    const metadata = { name, namespace };
    await admin.create({ apiVersion, kind: 'Role', metadata, rules });
    await admin.create({
      apiVersion,
      kind: 'RoleBinding',
      metadata,
      subjects,
      roleRef: { apiGroup, kind: 'Role', name },
    });
  }
  if (clusterRules.length > 0) {
    const metadata = { name: `${namespace}-${name}` };
    const roleRef = { apiGroup, kind: 'ClusterRole', name: metadata.name };
    await admin.create({ apiVersion, kind: 'ClusterRole', metadata, rules: clusterRules });
    await admin.create({ apiVersion, kind: 'ClusterRoleBinding', metadata, subjects, roleRef });
  }
  const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`;
  const answer = await admin.request('POST', path, { spec: { expirationSeconds: 3600 } });
  return { name, user: `system:serviceaccount:${namespace}:${name}`, token: answer.body.status.token };
}

/** Runs kubectl as the user of the kubeconfig's context, and returns what it printed. */
export async function kubectl(
  access: Access,
  args: readonly string[],
  { context = 'admin', input = '' }: { context?: string; input?: string } = {},
): Promise<string> {
  const flags = ['--kubeconfig', access.kubeconfig, '--context', context];
  return (await runProgram(access.program, ['kubectl', ...flags, ...args], { input })).toString();
}
