// Builds the web UI into web/dist where it, or what it is made with, has changed since the last build.
//
//   node scripts/build-web.ts

import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { extname, join, relative } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { withLock } from './lock.ts';

const root = join(import.meta.dirname, '..');
const web = join(root, 'web');
/** What is served: whole at any time, since it is put there by a rename. */
export const webDirectory = join(web, 'dist');
const keyFile = 'inputs.txt';

/** The directory of the built UI. Processes that ask at the same time build it once. Progress goes to standard error. */
export async function buildWeb(): Promise<string> {
  const key = await inputsKey();
  if (await isBuilt(key)) return webDirectory;
  await mkdir(join(root, '.holdfast'), { recursive: true });
  await withLock(join(root, '.holdfast/web.lock'), 'another process builds the web UI', async () => {
    if (await isBuilt(key)) return;
    process.stderr.write('building the web UI: some seconds, once\n');
    const temporary = `${webDirectory}.new`;
    await rm(temporary, { recursive: true, force: true });
    await bundle(temporary);
    await compressAll(temporary);
    await writeFile(join(temporary, keyFile), key);
    await rm(webDirectory, { recursive: true, force: true });
    await rename(temporary, webDirectory);
  });
  return webDirectory;
}

async function isBuilt(key: string): Promise<boolean> {
  return (await readFile(join(webDirectory, keyFile), 'utf8').catch(() => '')) === key;
}

/** In a process of its own: what the bundler takes of memory is gone with it. */
async function bundle(directory: string): Promise<void> {
  const vite = join(root, 'node_modules/vite/bin/vite.js');
  const args = [vite, 'build', web, '--outDir', directory, '--emptyOutDir', '--logLevel', 'warn'];
  // Whoever builds it, tests included: what is built is the same.
  const env = { ...process.env, NODE_ENV: 'production' };
  const child = spawn(process.execPath, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const said: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (piece: string) => said.push(piece));
  }
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  if (code !== 0) throw new Error(`vite build failed:\n${said.join('').trim().slice(-4_000)}`);
}

const compressible = new Set(['.css', '.html', '.js', '.svg']);
const brotli = promisify(brotliCompress);
const zip = promisify(gzip);

/** Once here, so that no request pays for it. */
async function compressAll(directory: string): Promise<void> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  for (const entry of entries) {
    if (!entry.isFile() || !compressible.has(extname(entry.name))) continue;
    const file = join(entry.parentPath, entry.name);
    const content = await readFile(file);
    const params = { [constants.BROTLI_PARAM_SIZE_HINT]: content.length };
    const smaller = { '.br': await brotli(content, { params }), '.gz': await zip(content, { level: 9 }) };
    for (const [ending, body] of Object.entries(smaller)) {
      if (body.length < content.length) await writeFile(file + ending, body);
    }
  }
}

async function inputsKey(): Promise<string> {
  const entries = await readdir(web, { recursive: true, withFileTypes: true });
  const files = entries
    .filter(entry => entry.isFile() && !/\.test\.tsx?$/.test(entry.name))
    .map(entry => join(entry.parentPath, entry.name))
    .filter(file => !relative(web, file).startsWith('dist'))
    .concat(join(root, 'package-lock.json'), import.meta.filename)
    .sort();
  const hash = createHash('sha256');
  for (const file of files) {
    const content = await readFile(file);
    hash.update(`${relative(root, file)}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}

if (import.meta.main) {
  try {
    process.stdout.write(`${await buildWeb()}\n`);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    process.exitCode = 1;
  }
}
