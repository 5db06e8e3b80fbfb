import { join } from 'node:path';
import { z } from 'zod';
import type { Env } from '../env/env.ts';
import { failure, HoldfastError } from '../errors.ts';

type LoginEnv = Pick<Env, 'files' | 'processes' | 'clock'>;

const login = z.object({ server: z.string(), token: z.string(), name: z.string(), expiresAt: z.number() });
export type Login = z.infer<typeof login>;
const file = z.object({ logins: z.array(login) });

const maxLogins = 50;
const maxBytes = 256 * 1024;

/** Where a person's command line is signed in; the newest first. What has ended is left out. */
export async function readLogins(env: LoginEnv): Promise<Login[]> {
  const path = placeOf(env);
  if (path === undefined) return [];
  try {
    const bytes = await env.files.read(path, maxBytes);
    const { logins } = file.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
    return logins.filter(({ expiresAt }) => env.clock.now() < expiresAt);
  } catch (error) {
    // One that cannot be understood is written anew by the next sign-in; one that may not be read is said.
    if (error instanceof HoldfastError && error.code !== 'FILE_NOT_FOUND') throw error;
    return [];
  }
}

/** In the place of an earlier one at the same server. Readable by its owner only. Throws CLI_USAGE where nobody has a home. */
export async function saveLogin(env: LoginEnv, made: Login): Promise<void> {
  const others = (await readLogins(env)).filter(({ server }) => server !== made.server);
  await write(env, [made, ...others].slice(0, maxLogins));
}

export async function dropLogin(env: LoginEnv, server: string): Promise<void> {
  await write(
    env,
    (await readLogins(env)).filter(one => one.server !== server),
  );
}

async function write(env: LoginEnv, logins: readonly Login[]): Promise<void> {
  const path = placeOf(env);
  if (path === undefined) throw failure('CLI_USAGE', { reason: 'neither XDG_CONFIG_HOME nor HOME is set' });
  await env.files.makeDirectory(join(path, '..'), { mode: 0o700 });
  await env.files.writeAtomic(path, `${JSON.stringify({ logins }, undefined, 2)}\n`, { mode: 0o600 });
}

function placeOf({ processes }: LoginEnv): string | undefined {
  const configured = processes.variable('XDG_CONFIG_HOME') ?? '';
  const home = processes.variable('HOME') ?? '';
  if (configured.startsWith('/')) return join(configured, 'holdfast/logins.json');
  return home === '' ? undefined : join(home, '.config/holdfast/logins.json');
}
