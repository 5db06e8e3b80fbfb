import type { Env } from '../env/env.ts';
import { failure } from '../errors.ts';
import type { OidcConfig } from './schema.ts';

const maxSecretBytes = 64 * 1024;
const maxCertificates = 1024 * 1024;

/** The settings of the provider with their secrets. Throws FILE_NOT_FOUND, CONFIG_INVALID. */
export async function readOidc(env: Pick<Env, 'files' | 'processes'>, config: OidcConfig | undefined) {
  if (config === undefined) return undefined;
  const { issuer, clientId, clientSecretFile, clientSecretVariable, caFile, recheck, ...rest } = config;
  const read = async (path: string | undefined, most: number) =>
    path === undefined
      ? undefined
      : Buffer.from(await env.files.read(path, most))
          .toString('utf8')
          .trim();
  const variable = clientSecretVariable === undefined ? undefined : env.processes.variable(clientSecretVariable);
  if (clientSecretVariable !== undefined && (variable ?? '') === '') {
    const reason = `the environment variable ${clientSecretVariable} is not set (oidc.clientSecretVariable)`;
    throw failure('CONFIG_INVALID', { file: 'environment', line: 1, column: 1, reason });
  }
  return {
    ...{ ...rest, issuer, clientId, recheckMs: recheck },
    clientSecret: (await read(clientSecretFile, maxSecretBytes)) ?? variable,
    ca: await read(caFile, maxCertificates),
  };
}
