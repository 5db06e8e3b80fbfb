import { existsSync } from 'node:fs';
import { withLock } from '../../scripts/lock.ts';
import { runProgram } from './process.ts';

/**
 * Makes sure that a program of a Debian package is there, and returns its path. Installs the package only in a
 * container as root: on somebody's own machine it would start a service, so there it says what to install.
 */
export async function debianProgram(name: string, path: string): Promise<string> {
  if (existsSync(path)) return path;
  const mayInstall = process.getuid?.() === 0 && existsSync('/usr/bin/apt-get') && !existsSync('/run/systemd/system');
  const sentence = `${path} is needed for these tests: install the package ${name} (apt-get install ${name})`;
  if (!mayInstall) throw new Error(sentence);
  // Run level 1 is the old way to say that no service should start now.
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  await withLock('/tmp/holdfast-apt.lock', 'another process installs packages', async () => {
    if (existsSync(path)) return;
    process.stderr.write(`installing the package ${name}\n`);
    const install = () => runProgram('apt-get', ['install', '-y', '--no-install-recommends', name], { env });
    await install().catch(async () => {
      await runProgram('apt-get', ['update'], { env });
      await install();
    });
  });
  if (!existsSync(path)) throw new Error(sentence);
  return path;
}
