// Mirrors a repository, looks at every file below apps/, and streams large.bin; a process of its own, so that its memory can be measured.
import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { realEnv } from '../../../src/env/real.ts';
import { createRepositories } from '../../../src/git/repositories.ts';

const [, , dataDirectory = '', url = ''] = process.argv;
const never = new AbortController().signal;
const memoryAtStart = process.memoryUsage.rss();
const heldAtStart = await held();

/** What is in use, without what waits to be collected. */
async function held(): Promise<number> {
  // Buffers that went through streams are let go of a few turns later.
  for (let turn = 0; turn < 10; turn++) await setImmediate();
  globalThis.gc?.();
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

const repositories = createRepositories({
  env: realEnv(),
  dataDirectory,
  credentialsFor: () => undefined,
  allowFile: () => true,
});
const repository = repositories.open(url);
const began = performance.now();
const head = await repository.resolve('main', {}, never);
const mirroredMs = performance.now() - began;
const tree = await repository.tree(head, never);
const directories = (await tree.list('apps')) ?? [];
const entries = await Promise.all(directories.map(({ name }) => tree.entry(`apps/${name}/deployment.yaml`)));
const walkedMs = performance.now() - began - mirroredMs;
const hash = createHash('sha256');
for await (const piece of repositories.stream(await tree.reference('large.bin'), never)) hash.update(piece);
const grown = (await held()) - heldAtStart;
await repositories.close();
const seen = {
  head,
  directories: directories.length,
  files: entries.filter(entry => entry?.type === 'file').length,
  hash: hash.digest('hex'),
  grown,
  memoryAtStart,
  // Kilobytes, of the process's whole life.
  largestMemory: process.resourceUsage().maxRSS * 1024,
  mirroredMs,
  walkedMs,
};
console.log(JSON.stringify(seen));
