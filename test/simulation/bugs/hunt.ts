import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Bug } from './bug.ts';
import type { Found } from './search.ts';

/** Found within so many histories, or the monitors are not worth their name. */
const most = 800;
const deadlineMs = 900_000;
const path = (file: string) => fileURLToPath(new URL(file, import.meta.url));

/** Searches in a process of its own: a broken engine may well do something for ever. */
export async function hunt({ name }: Bug, from: 'seen' | 'start'): Promise<Found> {
  const limits = ['--max-old-space-size=1200', '--max-semi-space-size=32', '--import', path('patch.ts')];
  const args = [...limits, path('search.ts'), name, `${most}`, from];
  const options = { timeout: deadlineMs, killSignal: 'SIGKILL', env: { ...process.env, HOLDFAST_BUG: name } } as const;
  return await new Promise(resolve =>
    execFile(process.execPath, args, options, (error, stdout, stderr) => {
      const failed = { histories: 0, words: `${error?.message} ${stderr.slice(-2_000)}`, others: [] };
      resolve(error === null ? (JSON.parse(stdout) as Found) : failed);
    }),
  );
}

/** Two at a time. Each is told as it ends; the answer is those that were not found. */
export async function huntAll(
  bugs: readonly Bug[],
  from: 'seen' | 'start',
  tell: (bug: Bug, found: Found) => void,
): Promise<string[]> {
  const left = [...bugs];
  const missed: string[] = [];
  const work = async () => {
    for (let bug = left.shift(); bug !== undefined; bug = left.shift()) {
      const found = await hunt(bug, from);
      if (found.monitor === undefined) missed.push(bug.name);
      tell(bug, found);
    }
  };
  await Promise.all([work(), work()]);
  return missed;
}
