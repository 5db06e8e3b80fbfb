import type { Env } from '../../env/env.ts';
import { failure } from '../../errors.ts';

/** Ids of a declared owner and group; undefined where nothing is declared. Throws MACHINE_USER_UNKNOWN. */
export async function resolveAccounts(
  env: Env,
  spec: { owner?: string | undefined; group?: string | undefined },
): Promise<{ uid?: number; gid?: number }> {
  const found: { uid?: number; gid?: number } = {};
  if (spec.owner !== undefined) {
    const user = await env.processes.user(spec.owner);
    if (user === undefined) throw failure('MACHINE_USER_UNKNOWN', { name: spec.owner });
    found.uid = user.uid;
  }
  if (spec.group !== undefined) {
    const gid = await env.processes.group(spec.group);
    if (gid === undefined) throw failure('MACHINE_USER_UNKNOWN', { name: spec.group });
    found.gid = gid;
  }
  return found;
}

/** Names of numeric user ids, read once: for people. */
export function userNames(env: Env): (uid: number) => string {
  const names = new Map<number, string>([[0, 'root']]);
  void env.files.read('/etc/passwd', 1024 * 1024).then(
    bytes => {
      for (const line of new TextDecoder().decode(bytes).split('\n')) {
        const [name, , uid] = line.split(':');
        if (name && uid && !names.has(Number(uid))) names.set(Number(uid), name);
      }
    },
    () => {},
  );
  return uid => names.get(uid) ?? `uid ${uid}`;
}
