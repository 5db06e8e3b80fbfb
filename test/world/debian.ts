import { existsSync } from 'node:fs';
import { withLock } from '../../scripts/lock.ts';
import { runProgram } from './process.ts';

/** Programs that the tests need besides those of every Linux, by the Debian package that has them. */
const packages = {
  'openssh-server': '/usr/sbin/sshd',
  'docker-registry': '/usr/bin/docker-registry',
  'chromium-headless-shell': '/usr/bin/chromium-headless-shell',
  zsh: '/usr/bin/zsh',
  fish: '/usr/bin/fish',
};

/** Makes sure that the program of a Debian package is there, and returns its path. */
export async function debianProgram(name: keyof typeof packages): Promise<string> {
  await installDebian(packages, name);
  return packages[name];
}

/**
 * Installs the package only in a container as root: on somebody's own machine it would start a service, so there it says
 * what to install, all that is missing at once.
 */
export async function installDebian(known: Readonly<Record<string, string>>, name: string): Promise<void> {
  const isThere = () => existsSync(known[name] ?? '');
  if (isThere()) return;
  const mayInstall = process.getuid?.() === 0 && existsSync('/usr/bin/apt-get') && !existsSync('/run/systemd/system');
  const missing = Object.keys(known).filter(one => !existsSync(known[one] ?? ''));
  const sentence = `These tests need ${known[name]}, and may not install it here: apt-get install ${missing.join(' ')}`;
  if (!mayInstall) throw new Error(sentence);
  // Run level 1 is the old way to say that no service should start now.
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  await withLock('/tmp/holdfast-apt.lock', 'another process installs packages', async () => {
    if (isThere()) return;
    process.stderr.write(`installing the package ${name}\n`);
    const install = () => runProgram('apt-get', ['install', '-y', '--no-install-recommends', name], { env });
    await install().catch(async () => {
      await runProgram('apt-get', ['update'], { env });
      await install();
    });
  });
  if (!isThere()) throw new Error(sentence);
}
