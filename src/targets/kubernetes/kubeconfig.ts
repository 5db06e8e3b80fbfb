import { dirname, isAbsolute, resolve } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import type { Env, TlsOptions } from '../../env/env.ts';
import { failure } from '../../errors.ts';
import { type Connection, type Credentials, splitServer } from './connection.ts';
import { execCredentials, execSchema } from './exec-credentials.ts';
import { cachedText } from './token-file.ts';

const clusterSchema = z.looseObject({
  server: z.string(),
  'certificate-authority': z.string().optional(),
  'certificate-authority-data': z.string().optional(),
  'insecure-skip-tls-verify': z.boolean().optional(),
  'tls-server-name': z.string().optional(),
  'proxy-url': z.string().optional(),
});

const userSchema = z.looseObject({
  'client-certificate': z.string().optional(),
  'client-certificate-data': z.string().optional(),
  'client-key': z.string().optional(),
  'client-key-data': z.string().optional(),
  token: z.string().optional(),
  tokenFile: z.string().optional(),
  username: z.string().optional(),
  password: z.string().optional(),
  as: z.string().optional(),
  'as-groups': z.array(z.string()).optional(),
  exec: execSchema.optional(),
  'auth-provider': z.unknown().optional(),
});

const contextSchema = z.looseObject({
  cluster: z.string(),
  user: z.string().optional(),
  namespace: z.string().optional(),
});

const kubeconfigSchema = z.looseObject({
  'current-context': z.string().nullish(),
  clusters: z.array(z.object({ name: z.string(), cluster: clusterSchema })).nullish(),
  users: z.array(z.object({ name: z.string(), user: userSchema.nullish() })).nullish(),
  contexts: z.array(z.object({ name: z.string(), context: contextSchema })).nullish(),
});

export type Cluster = z.infer<typeof clusterSchema>;
type User = z.infer<typeof userSchema>;

export interface KubeconfigOptions {
  path: string;
  /** Default: the file's current one. */
  context?: string | undefined;
  /**
   * Whether it may name programs to run and files to read. Right for the operator's own file; never for one that came
   * out of Git or a Secret.
   */
  trusted: boolean;
}

/** Where kubectl would look: `KUBECONFIG` (its first file), else `~/.kube/config`. */
export function defaultKubeconfig(env: Pick<Env, 'processes'>): string {
  const first = env.processes
    .variable('KUBECONFIG')
    ?.split(':')
    .find(path => path !== '');
  return first ?? resolve(env.processes.variable('HOME') ?? '/', '.kube/config');
}

export async function kubeconfigConnection(env: Env, options: KubeconfigOptions): Promise<Connection> {
  const { path, trusted } = options;
  const bytes = await env.files.read(path, 4 * 1024 * 1024);
  const { cluster, user, namespace, contextName } = choose(
    parseKubeconfig(Buffer.from(bytes).toString('utf8'), path),
    options,
  );
  const invalid = (reason: string) => failure('KUBECONFIG_INVALID', { path, reason });

  if (cluster['proxy-url'] !== undefined) throw invalid('proxy-url is not supported');
  if (user['auth-provider'] !== undefined)
    throw invalid('auth-provider is not supported; Kubernetes replaced it by exec credential programs');
  if (!trusted && refersOutside(cluster, user))
    throw invalid('exec, tokenFile and other file names are not allowed in a kubeconfig that is not your own');
  const address = splitServer(cluster.server);
  if (address === undefined) throw invalid(`server ${cluster.server} is not a URL`);

  const text = (data: string | undefined, file: string | undefined) => pem(env, path, data, file);
  const ca = await text(cluster['certificate-authority-data'], cluster['certificate-authority']);
  const cert = await text(user['client-certificate-data'], user['client-certificate']);
  const key = await text(user['client-key-data'], user['client-key']);
  const tls: TlsOptions = {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(cluster['tls-server-name'] === undefined ? {} : { serverName: cluster['tls-server-name'] }),
    ...(cluster['insecure-skip-tls-verify'] === true ? { insecureSkipVerify: true } : {}),
  };
  const headers = userHeaders(env, path, user);
  const exec = user.exec === undefined ? undefined : execCredentials(env, user.exec, { path, cluster });
  return {
    ...address,
    description: `${contextName} (${address.origin})`,
    namespace,
    async credentials({ renew }, signal): Promise<Credentials> {
      const asked = await exec?.(renew, signal);
      return {
        headers: { ...(await headers(renew)), ...asked?.headers },
        tls: asked?.tls === undefined ? tls : { ...tls, ...asked.tls },
      };
    },
  };
}

function parseKubeconfig(text: string, path: string): z.infer<typeof kubeconfigSchema> {
  let document: unknown;
  try {
    document = parse(text, { maxAliasCount: 100 });
  } catch (error) {
    // The first line only: what follows quotes the file, which holds credentials.
    const reason = error instanceof Error ? (error.message.split('\n')[0] ?? '') : '';
    throw failure('KUBECONFIG_INVALID', { path, reason: `not YAML: ${reason}` });
  }
  const read = kubeconfigSchema.safeParse(document);
  if (read.success) return read.data;
  const issue = read.error.issues[0];
  const where = issue === undefined ? '' : `${issue.path.join('.')}: ${issue.message}`;
  throw failure('KUBECONFIG_INVALID', { path, reason: where });
}

function choose(config: z.infer<typeof kubeconfigSchema>, { path, context }: KubeconfigOptions) {
  const contextName = context ?? config['current-context'] ?? '';
  const chosen = config.contexts?.find(({ name }) => name === contextName)?.context;
  if (chosen === undefined) {
    const contexts = (config.contexts ?? []).map(({ name }) => name).join(', ') || 'none';
    throw failure('KUBECONFIG_CONTEXT_UNKNOWN', {
      path,
      context: contextName === '' ? '(no current one)' : contextName,
      contexts,
    });
  }
  const cluster = config.clusters?.find(({ name }) => name === chosen.cluster)?.cluster;
  if (cluster === undefined)
    throw failure('KUBECONFIG_INVALID', {
      path,
      reason: `context ${contextName} names cluster ${chosen.cluster}, which is not there`,
    });
  const user = config.users?.find(({ name }) => name === chosen.user)?.user;
  if (user === undefined && chosen.user !== undefined)
    throw failure('KUBECONFIG_INVALID', {
      path,
      reason: `context ${contextName} names user ${chosen.user}, which is not there`,
    });
  return { cluster, user: user ?? {}, contextName, namespace: chosen.namespace ?? 'default' };
}

function refersOutside(cluster: Cluster, user: User): boolean {
  return [
    user.exec,
    user.tokenFile,
    user['client-certificate'],
    user['client-key'],
    cluster['certificate-authority'],
  ].some(value => value !== undefined);
}

async function pem(env: Env, kubeconfig: string, data: string | undefined, file: string | undefined) {
  if (data !== undefined) return Buffer.from(data, 'base64').toString('utf8');
  if (file === undefined) return undefined;
  return Buffer.from(await env.files.read(beside(kubeconfig, file), 1024 * 1024)).toString('utf8');
}

/** Names of files are relative to the kubeconfig. */
function beside(kubeconfig: string, file: string): string {
  return isAbsolute(file) ? file : resolve(dirname(kubeconfig), file);
}

function userHeaders(env: Env, kubeconfig: string, user: User): (renew: boolean) => Promise<Record<string, string>> {
  const fromFile = user.tokenFile === undefined ? undefined : cachedText(env, beside(kubeconfig, user.tokenFile));
  return async renew => {
    const token = fromFile === undefined ? user.token : await fromFile(renew);
    const basic =
      user.username === undefined
        ? undefined
        : Buffer.from(`${user.username}:${user.password ?? ''}`).toString('base64');
    return {
      ...(basic === undefined ? {} : { authorization: `Basic ${basic}` }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(user.as === undefined ? {} : { 'impersonate-user': user.as }),
      ...(user['as-groups'] === undefined ? {} : { 'impersonate-group': user['as-groups'].join(',') }),
    };
  };
}
