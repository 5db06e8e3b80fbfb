import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import type { Env, TlsOptions } from '../../env/env.ts';
import { asFailure, failure } from '../../errors.ts';

export const execSchema = z.looseObject({
  apiVersion: z.enum(['client.authentication.k8s.io/v1', 'client.authentication.k8s.io/v1beta1']),
  command: z.string().min(1),
  args: z.array(z.string()).nullish(),
  env: z.array(z.object({ name: z.string(), value: z.string() })).nullish(),
  provideClusterInfo: z.boolean().optional(),
});

const answerSchema = z.looseObject({
  status: z.looseObject({
    token: z.string().optional(),
    clientCertificateData: z.string().optional(),
    clientKeyData: z.string().optional(),
    expirationTimestamp: z.string().nullish(),
  }),
});

/** What credential programs of the large clouds look at; everything else of our environment stays ours. */
const inherited = [
  ...['PATH', 'HOME', 'USER', 'LANG', 'TMPDIR', 'XDG_CONFIG_HOME', 'XDG_CACHE_HOME'],
  ...['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'http_proxy', 'https_proxy', 'no_proxy', 'SSL_CERT_FILE'],
  ...['AWS_PROFILE', 'AWS_REGION', 'AWS_DEFAULT_REGION', 'AWS_CONFIG_FILE', 'AWS_SHARED_CREDENTIALS_FILE'],
  ...['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'AWS_ROLE_ARN', 'AWS_WEB_IDENTITY_TOKEN_FILE'],
  ...['GOOGLE_APPLICATION_CREDENTIALS', 'CLOUDSDK_CONFIG', 'CLOUDSDK_CORE_PROJECT'],
  ...['AZURE_CONFIG_DIR', 'AZURE_TENANT_ID', 'AZURE_CLIENT_ID', 'AZURE_CLIENT_SECRET', 'AZURE_FEDERATED_TOKEN_FILE'],
  ...[
    'AZURE_AUTHORITY_HOST',
    'AAD_LOGIN_METHOD',
    'AAD_SERVICE_PRINCIPAL_CLIENT_ID',
    'AAD_SERVICE_PRINCIPAL_CLIENT_SECRET',
  ],
];

interface Asked {
  headers: Record<string, string>;
  tls?: TlsOptions;
}

type Exec = z.infer<typeof execSchema>;

/** Runs the credential program of a kubeconfig, and again when what it gave has expired. Many who ask at once share one run. */
export function execCredentials(
  env: Env,
  exec: Exec,
  options: { path: string; cluster: { server: string; 'certificate-authority-data'?: string | undefined } },
): (renew: boolean, signal?: AbortSignal) => Promise<Asked> {
  let kept: { asked: Asked; expiresAt: number } | undefined;
  let running: Promise<Asked> | undefined;

  async function ask(): Promise<Asked> {
    const status = await runProgram(env, exec, options);
    const tls =
      status.clientCertificateData === undefined
        ? undefined
        : {
            cert: status.clientCertificateData,
            ...(status.clientKeyData === undefined ? {} : { key: status.clientKeyData }),
          };
    const asked: Asked = {
      headers: status.token === undefined ? {} : { authorization: `Bearer ${status.token}` },
      ...(tls === undefined ? {} : { tls }),
    };
    const expires = Date.parse(status.expirationTimestamp ?? '');
    kept = { asked, expiresAt: Number.isNaN(expires) ? Number.POSITIVE_INFINITY : expires - 30_000 };
    return asked;
  }

  return async renew => {
    if (!renew && kept !== undefined && env.clock.now() < kept.expiresAt) return kept.asked;
    running ??= ask().finally(() => {
      running = undefined;
    });
    return await running;
  };
}

async function runProgram(env: Env, exec: Exec, { path, cluster }: Parameters<typeof execCredentials>[2]) {
  const { apiVersion, command } = exec;
  const failed = (reason: string, cause?: unknown) => failure('KUBECONFIG_EXEC_FAILED', { command, reason }, cause);
  const variables: Record<string, string> = {};
  for (const name of inherited) {
    const value = env.processes.variable(name);
    if (value !== undefined) variables[name] = value;
  }
  for (const { name, value } of exec.env ?? []) variables[name] = value;
  const spec = {
    interactive: false,
    ...(exec.provideClusterInfo === true
      ? { cluster: { server: cluster.server, 'certificate-authority-data': cluster['certificate-authority-data'] } }
      : {}),
  };
  variables.KUBERNETES_EXEC_INFO = JSON.stringify({ apiVersion, kind: 'ExecCredential', spec });
  // As kubectl has it: a name with a slash is relative to the kubeconfig, one without is looked up in PATH.
  const program = command.includes('/') ? resolve(dirname(path), command) : command;
  const result = await env.processes
    .run(program, exec.args ?? [], { env: variables, timeoutMs: 60_000, maxOutputBytes: 1024 * 1024 })
    .catch(error => {
      throw failed(asFailure(error).message, error);
    });
  // What it printed may hold a token: not even a part of it is shown.
  if (result.code !== 0) throw failed(`it ended with ${result.code ?? result.signal}`);
  let document: unknown;
  try {
    document = JSON.parse(Buffer.from(result.stdout).toString('utf8'));
  } catch {
    throw failed('it did not print JSON');
  }
  const answer = answerSchema.safeParse(document);
  if (!answer.success) throw failed('it did not print an ExecCredential');
  const { status } = answer.data;
  if (status.token === undefined && status.clientCertificateData === undefined)
    throw failed('it gave neither a token nor a certificate');
  return status;
}
