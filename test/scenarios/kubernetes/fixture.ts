// What scenarios of the Kubernetes target have in common: a target on a real control plane, and declared resources for it.

import { createHash } from 'node:crypto';
import type { Env, HttpRequest, HttpResponse } from '../../../src/env/env.ts';
import { realEnv } from '../../../src/env/real.ts';
import { defaultPolicy, type IgnoreDifference, type SyncOptions } from '../../../src/model/application.ts';
import { type Applied, Body, type Desired, type Rendered } from '../../../src/model/resource.ts';
import { labelForm, trackingName } from '../../../src/model/tracking.ts';
import { unrestricted } from '../../../src/targets/contract.ts';
import type { Connection } from '../../../src/targets/kubernetes/connection.ts';
import type { JqPaths } from '../../../src/targets/kubernetes/ignore.ts';
import { kubeconfigConnection } from '../../../src/targets/kubernetes/kubeconfig.ts';
import { createKubernetesTarget } from '../../../src/targets/kubernetes/target.ts';
import { createProbes } from '../../../src/targets/probes.ts';
import type { ApplyContext, Target } from '../../../src/targets/target.ts';
import type { Access } from '../../world/access.ts';
import { type AuditedRequest, mark, requests } from '../../world/audit.ts';
import { createNamespace, uniqueName } from '../../world/cluster.ts';
import { KubeClient } from '../../world/kube-client.ts';

export interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: {
    name?: string;
    generateName?: string;
    namespace?: string;
    labels?: object;
    annotations?: Record<string, string>;
  };
  [field: string]: unknown;
}

export interface Fixture extends AsyncDisposable {
  target: Target;
  admin: KubeClient;
  access: Access;
  /** A namespace of this test alone. */
  namespace: string;
  application: string;
  context(options?: {
    sync?: Partial<SyncOptions>;
    ignore?: Partial<IgnoreDifference>[];
    namespace?: string;
  }): ApplyContext;
  identify(manifests: Manifest[], context?: ApplyContext): Promise<Desired[]>;
  /** Applies as a sync would: in order of rank, each as it was seen. */
  apply(manifests: Manifest[], context?: ApplyContext): Promise<Applied[]>;
  /** Requests of this target to the API server since it was last asked. */
  requests(): Promise<AuditedRequest[]>;
}

export interface FixtureOptions {
  token?: string;
  env?: Env;
  relistMs?: number;
  silenceMs?: number;
  connection?: Connection;
  /** Default: names no path. */
  jqPaths?: JqPaths;
  /** Namespace of Argo CD's objects; '' for all. */
  declarations?: string;
}

export const signal = new AbortController().signal;

export async function startTarget(access: Access, options: FixtureOptions = {}): Promise<Fixture> {
  const env = options.env ?? realEnv();
  const admin = new KubeClient(access);
  const namespace = await createNamespace(admin, 'kube');
  const application = uniqueName('app');
  const version = uniqueName('test');
  const connection = options.connection ?? (await connect(env, access, options.token));
  const { jqPaths = async () => [] } = options;
  const more = {
    ...(options.relistMs === undefined ? {} : { relistMs: options.relistMs }),
    ...(options.silenceMs === undefined ? {} : { silenceMs: options.silenceMs }),
    ...(options.declarations === undefined ? {} : { declarations: options.declarations }),
  };
  const target = createKubernetesTarget({ env, connection, version, jqPaths, probes, ...more });
  function probes(changed: (application: string) => void) {
    return createProbes({ env, services: () => [], changed });
  }
  let since = await mark(access);
  await target.start(signal);

  function context({
    sync = {},
    ignore = [],
    namespace: other = namespace,
  }: Parameters<Fixture['context']>[0] = {}): ApplyContext {
    const policy = { ...defaultPolicy, options: { ...defaultPolicy.options, ...sync } };
    const none = {
      group: '*',
      kind: '*',
      name: '',
      namespace: '',
      jsonPointers: [],
      jqPathExpressions: [],
      managedFieldsManagers: [],
    };
    const ignoreDifferences = ignore.map(rule => ({ ...none, ...rule }));
    return { application, namespace: other, policy, ignoreDifferences, permit: unrestricted, contents: noContents };
  }

  async function identify(manifests: Manifest[], asked = context()): Promise<Desired[]> {
    const rendered = manifests.map(manifest => render(manifest, application));
    const { desired, problems } = await target.identify(rendered, asked, signal);
    if (problems.length > 0) throw new Error(problems.map(({ message }) => message).join('\n'));
    return desired.sort((a, b) => a.rank - b.rank);
  }

  return {
    ...{ target, admin, access, namespace, application, context, identify },
    async apply(manifests, asked = context()) {
      const applied: Applied[] = [];
      for (const desired of await identify(manifests, asked)) {
        const { live } = target.observe(application, [desired.key]);
        applied.push(await target.apply(desired, live.get(desired.key), asked, signal));
      }
      return applied;
    },
    async requests() {
      const found = await requests(access, { since, userAgent: `holdfast/${version}` });
      since = await mark(access);
      return found;
    },
    async [Symbol.asyncDispose]() {
      await target.close();
      await admin.delete({ apiVersion: 'v1', kind: 'Namespace', name: namespace });
      await admin[Symbol.asyncDispose]();
    },
  };
}

/** The real network, with requests changed on their way, or answered by somebody in between. */
export function tampered(change: (request: HttpRequest) => HttpRequest | HttpResponse): Env {
  const env = realEnv();
  const http: Env['net']['http'] = options => {
    const client = env.net.http(options);
    return {
      async request(request) {
        const changed = change(request);
        return 'status' in changed ? changed : await client.request(changed);
      },
      close: () => client.close(),
    };
  };
  return { ...env, net: { ...env.net, http } };
}

export function answer(status: number, text: string, headers: Record<string, string> = {}): HttpResponse {
  const bytes = async () => Buffer.from(text);
  async function* body() {
    yield await bytes();
  }
  return { status, headers, body: body(), bytes, text: async () => text, discard: async () => {} };
}

export async function connect(env: Env, access: Access, token?: string): Promise<Connection> {
  const connection = await kubeconfigConnection(env, { path: access.kubeconfig, context: 'holdfast', trusted: true });
  if (token === undefined) return connection;
  const { tls } = await connection.credentials({ renew: false });
  return { ...connection, credentials: async () => ({ headers: { authorization: `Bearer ${token}` }, tls }) };
}

/** What the renderer would yield: our label and annotation are in place. */
export function render(manifest: Manifest, application: string): Rendered {
  const { metadata, apiVersion, kind } = manifest;
  const annotations = { ...metadata.annotations, [trackingName]: application };
  const labels = { ...metadata.labels, [trackingName]: labelForm(application) };
  const text = JSON.stringify({ ...manifest, metadata: { ...metadata, labels, annotations } });
  const [group, version] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion];
  const name = metadata.name ?? metadata.generateName ?? '';
  return {
    id: { group: group ?? '', kind, namespace: metadata.namespace ?? '', name },
    version: version ?? '',
    body: new Body(createHash('sha256').update(text).digest('hex'), () => text),
    annotations: metadata.annotations ?? {},
    ...(metadata.generateName === undefined ? {} : { generateName: true }),
    ...(kind === 'CustomResourceDefinition' ? { defines: definedBy(manifest) } : {}),
  };
}

function definedBy({ spec }: Manifest): NonNullable<Rendered['defines']> {
  const { group, names, scope } = spec as { group: string; names: { kind: string }; scope: 'Namespaced' | 'Cluster' };
  return { group, kind: names.kind, scope };
}

const noContents = {
  open(): Promise<AsyncIterable<Uint8Array>> {
    throw new Error('Kubernetes has no content references');
  },
};

export function configMap(name: string, data: Record<string, string> = { color: 'blue' }): Manifest {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data };
}

export function deployment(name: string, replicas = 0): Manifest {
  const labels = { run: name };
  const ports = [{ containerPort: 80 }, { containerPort: 443 }];
  const containers = [{ name: 'web', image: 'web:1', ports, env: [{ name: 'A', value: '1' }] }];
  const spec = {
    replicas,
    selector: { matchLabels: labels },
    template: { metadata: { labels }, spec: { containers } },
  };
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name }, spec };
}
