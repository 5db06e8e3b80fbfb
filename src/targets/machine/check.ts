import type { Env } from '../../env/env.ts';
import { asFailure } from '../../errors.ts';
import type { CheckResult } from '../target.ts';

/** For `doctor`: whether Holdfast may write where it has to, and what it cannot do as the user it runs as. */
export async function checkMachine(
  env: Env,
  places: { root: string; stateDirectory: string; allowedRoots: readonly string[] },
  uid: number,
): Promise<CheckResult[]> {
  const results = [
    await writable(env, 'releases and logs', places.root),
    await writable(env, 'inventory', places.stateDirectory),
  ];
  for (const root of places.allowedRoots) results.push(await writable(env, 'files', root));
  results.push({
    name: 'user',
    ok: true,
    message:
      uid === 0 ? 'Holdfast runs as root' : `Holdfast runs as user ${uid}: owners and runas of other users are refused`,
    advice: '',
  });
  return results;
}

async function writable(env: Env, name: string, directory: string): Promise<CheckResult> {
  const file = `${directory}/.holdfast-check-${env.random.uuid()}`;
  try {
    if ((await env.files.stat(directory)) === undefined)
      return { name, ok: false, message: `${directory} does not exist`, advice: `Create it: mkdir -p ${directory}` };
    await env.files.writeAtomic(file, '', { mode: 0o600, durable: false });
    await env.files.remove(file);
    return { name, ok: true, message: `${directory} can be written to`, advice: '' };
  } catch (error) {
    const { message } = asFailure(error);
    return {
      name,
      ok: false,
      message: `${directory}: ${message}`,
      advice: 'Give the user that Holdfast runs as the right to write there.',
    };
  }
}
