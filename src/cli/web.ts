import { WebFiles } from '../api/web-files.ts';
import type { Env } from '../env/env.ts';

/** The web UI of this clone; where it is older than its sources it is built meanwhile, and what cannot be built is left as it is. */
export async function openWeb(env: Env): Promise<WebFiles> {
  const given = env.processes.variable('HOLDFAST_WEB') ?? '';
  if (given !== '') return new WebFiles(env.files, given);
  const { buildWeb, webDirectory } = await import('../../scripts/build-web.ts');
  buildWeb().catch(error => {
    env.log.warn('The web UI was not built', { reason: error instanceof Error ? error.message : String(error) });
  });
  return new WebFiles(env.files, webDirectory);
}
