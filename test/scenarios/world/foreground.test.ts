import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { temporaryDirectory } from '../../world/directory.ts';
import { runProgram } from '../../world/process.ts';
import { realPrograms } from '../../world/shared.ts';
import { waitFor } from '../../world/wait.ts';

const main = join(import.meta.dirname, '../../world/main.ts');

test.each(['SIGINT', 'SIGTERM'] as const)('npm run world: ready, usable, and gone after %s', async signal => {
  await using home = await temporaryDirectory('world');
  const kubeconfig = join(home.path, '.world/kubeconfig');
  const child = spawn(process.execPath, [main, kubeconfig], { stdio: ['ignore', 'pipe', 'inherit'] });
  let printed = '';
  child.stdout.on('data', chunk => {
    printed += chunk;
  });
  await waitFor('the word', () => printed.includes('Ready: https://127.0.0.1:'));
  expect((await stat(kubeconfig)).mode & 0o777).toBe(0o600);
  const { server } = parse(await readFile(kubeconfig, 'utf8')).clusters[0].cluster;
  const args = ['kubectl', '--kubeconfig', kubeconfig, 'get', 'namespaces', '-o', 'name'];
  expect((await runProgram(realPrograms().controlplane, args)).toString()).toContain('namespace/kube-system');

  const gone = once(child, 'exit');
  child.kill(signal);
  expect(await gone).toEqual([0, null]);
  expect(printed).toMatch(/Stopped\.\n$/);
  expect(existsSync(kubeconfig)).toBe(false);
  await expect(fetch(server)).rejects.toThrow('fetch failed');
});
