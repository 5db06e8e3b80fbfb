// Installs the dependencies when what is installed is not what package-lock.json says.

import { spawn } from 'node:child_process';
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const tailLines = 20;

/** Undefined when all is well. Of several processes at once, one installs and the others wait for it. */
export async function installDependencies(root) {
  if (isInstalled(root)) return undefined;
  mkdirSync(join(root, '.holdfast'), { recursive: true });
  const lock = join(root, '.holdfast/install.lock');
  await takeLock(lock);
  try {
    if (isInstalled(root)) return undefined;
    // What an installation that was cut short has left may be half a package that looks whole.
    const begun = join(root, '.holdfast/install-begun');
    if (existsSync(begun)) rmSync(join(root, 'node_modules'), { recursive: true, force: true });
    writeFileSync(begun, '');
    const failed = await install(root);
    if (failed === undefined) rmSync(begun);
    return failed;
  } finally {
    rmSync(lock, { force: true });
  }
}

/**
 * npm notes in node_modules/.package-lock.json what it has installed. Comparing what the two say, not their times, bears a
 * clone, a branch switched to and fro, and `npm install` by hand.
 */
function isInstalled(root) {
  const installed = packagesOf(join(root, 'node_modules/.package-lock.json'));
  if (installed === undefined) return false;
  const declared = packagesOf(join(root, 'package-lock.json')) ?? {};
  return Object.entries(declared).every(([path, { version, integrity, optional }]) => {
    const there = installed[path];
    if (path === '' || (there === undefined && optional === true)) return true;
    const isSame = there !== undefined && there.version === version && there.integrity === integrity;
    // npm also notes what `--package-lock-only` has only looked up.
    return isSame && existsSync(join(root, path));
  });
}

function packagesOf(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages;
  } catch {
    return undefined;
  }
}

function install(root) {
  const began = Date.now();
  const seconds = () => Math.round((Date.now() - began) / 1000);
  const paths = Object.keys(packagesOf(join(root, 'package-lock.json')) ?? {}).filter(path => path !== '');
  const say = text => process.stderr.write(process.stderr.isTTY ? `\r\x1b[K${text}` : `${text}\n`);
  say('installing dependencies, once: about half a minute');
  const progress = setInterval(
    () => {
      const there = paths.filter(path => existsSync(join(root, path, 'package.json'))).length;
      say(`installing dependencies: ${there} of at most ${paths.length} packages, ${seconds()} s`);
    },
    process.stderr.isTTY ? 1_000 : 15_000,
  );

  // Not `npm ci`: that refuses a lock without the packages for other platforms (docs/decisions/0001).
  const child = spawn('npm', ['install', '--no-save', '--no-progress'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', piece => {
      output = (output + piece).split('\n').slice(-tailLines).join('\n');
    });
  }
  let stopped;
  const stop = signal => {
    stopped = signal;
    // npm would take its time; what it leaves is cleared away by the next installation.
    child.kill('SIGKILL');
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, stop);

  return new Promise(resolve => {
    const end = (text, failed) => {
      clearInterval(progress);
      for (const signal of signals) process.off(signal, stop);
      say(`installing dependencies: ${text} in ${seconds()} s${process.stderr.isTTY ? '\n' : ''}`);
      resolve(failed);
    };
    child.on('error', error => end('failed', { code: 1, message: `npm cannot be started: ${error.message}` }));
    child.on('close', code => {
      if (code === 0) return end('done', undefined);
      if (stopped !== undefined) return end('stopped', { code: 130, message: 'The next command begins it anew.' });
      end('failed', { code: 1, message: `npm install failed:\n${output.trim()}` });
    });
  });
}

/** The same file as scripts/lock.ts makes, which cannot be used here: it is TypeScript. */
async function takeLock(path) {
  for (let told = false; ; told = true) {
    const mine = `${path}.${process.pid}`;
    writeFileSync(mine, String(process.pid));
    try {
      linkSync(mine, path);
      return;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    } finally {
      rmSync(mine, { force: true });
    }
    if (!holderIsAlive(path)) rmSync(path, { force: true });
    else if (!told) process.stderr.write('waiting: another process installs the dependencies\n');
    await new Promise(resolve => setTimeout(resolve, 300));
  }
}

function holderIsAlive(path) {
  try {
    process.kill(Number(readFileSync(path, 'utf8')), 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
