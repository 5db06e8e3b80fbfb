import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Files } from '../../../src/env/env.ts';
import { realFiles } from '../../../src/env/real/files.ts';
import { SimWorld } from '../world.ts';

// The simulated disk has to say what the real one says.

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('utf8');

async function all(pieces: AsyncIterable<Uint8Array>): Promise<string> {
  let found = '';
  for await (const piece of pieces) found += text(piece);
  return found;
}

async function* pieces(...texts: string[]) {
  for (const one of texts) yield Buffer.from(one);
}

/** Done one after the other, in the order that they stand in; `at` makes a path. */
const steps: [string, (files: Files, at: (name: string) => string) => Promise<unknown>][] = [
  ['reads what is not there', (files, at) => files.read(at('none'), 10)],
  ['looks at what is not there', (files, at) => files.stat(at('none/below'))],
  ['lists what is not there', (files, at) => files.list(at('none'))],
  ['writes', (files, at) => files.writeAtomic(at('file'), 'hello')],
  ['reads', async (files, at) => text(await files.read(at('file'), 10))],
  ['reads too much', (files, at) => files.read(at('file'), 4)],
  ['reads a part', (files, at) => all(files.stream(at('file'), { from: 1, to: 3 }))],
  ['streams what is not there', (files, at) => all(files.stream(at('none')))],
  ['writes pieces, with a mode', (files, at) => files.writeAtomic(at('run'), pieces('a', 'b'), { mode: 0o750 })],
  ['looks at its mode', async (files, at) => (await files.stat(at('run')))?.mode],
  ['writes where no directory is', (files, at) => files.writeAtomic(at('none/file'), '')],
  ['appends', (files, at) => files.append(at('file'), ' there')],
  ['appends to a new one', (files, at) => files.append(at('new'), 'x')],
  ['looks at its size', async (files, at) => (await files.stat(at('file')))?.size],
  ['truncates', (files, at) => files.truncate(at('new'))],
  ['makes directories', (files, at) => files.makeDirectory(at('a/b/c'), { mode: 0o700 })],
  ['looks at the mode of the last', async (files, at) => (await files.stat(at('a/b/c')))?.mode],
  ['makes it again, with another mode', (files, at) => files.makeDirectory(at('a/b/c'), { mode: 0o755 })],
  ['which does nothing', async (files, at) => (await files.stat(at('a/b/c')))?.mode],
  ['makes a directory below a file', (files, at) => files.makeDirectory(at('file/x'))],
  ['looks below a file', (files, at) => files.stat(at('file/x'))],
  ['writes into a directory', (files, at) => files.writeAtomic(at('a/b/c/d'), 'deep')],
  ['removes a directory that is not empty', (files, at) => files.remove(at('a/b'))],
  ['links', (files, at) => files.link('a/b/c', at('link'))],
  ['links again', (files, at) => files.link('other', at('link'))],
  ['reads the link', (files, at) => files.readLink(at('link'))],
  ['looks at the link', async (files, at) => (await files.stat(at('link')))?.type],
  ['reads through it', async (files, at) => text(await files.read(at('link/d'), 10))],
  ['lists through it', (files, at) => files.list(at('link'))],
  ['finds the real place', async (files, at) => (await files.realPath(at('link/d'))).endsWith('/a/b/c/d')],
  ['links in a circle', (files, at) => files.link('circle', at('circle'))],
  ['reads a circle', (files, at) => files.read(at('circle'), 10)],
  ['does not follow where it must not', (files, at) => files.read(at('link'), 10, { noFollow: true })],
  ['replaces a link', (files, at) => files.writeAtomic(at('link'), 'file')],
  ['which leaves its target', (files, at) => files.list(at('a/b/c'))],
  ['moves', (files, at) => files.rename(at('file'), at('a/moved'))],
  ['moves what is not there', (files, at) => files.rename(at('none'), at('a/none'))],
  ['moves a directory over one that is not empty', (files, at) => files.rename(at('a/b/c'), at('a'))],
  ['changes a mode', (files, at) => files.setMode(at('a/moved'), 0o600)],
  ['changes the mode of nothing', (files, at) => files.setMode(at('none'), 0o600)],
  ['reads a directory', (files, at) => files.read(at('a'), 100_000)],
  ['removes with all in it', (files, at) => files.remove(at('a'), { recursive: true })],
  ['removes nothing', (files, at) => files.remove(at('a'))],
  ['lists', (files, at) => files.list(at(''))],
];

let directory = '';
const world = new SimWorld({ seed: 1, target: 'machine' });

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'files-'));
});
afterAll(async () => {
  await rm(directory, { recursive: true });
  await world.close();
});

async function outcome(work: Promise<unknown>): Promise<unknown> {
  try {
    return { answer: await work };
  } catch (error) {
    return { code: (error as { code?: string }).code };
  }
}

test('the simulated disk does as the real one', async () => {
  const { env } = await world.start();
  for (const [name, step] of steps) {
    const real = await outcome(step(realFiles, path => join(directory, path)));
    let simulated: unknown;
    const found = outcome(step(env.files, path => join('/tmp', path))).then(one => {
      simulated = one;
    });
    await world.runUntil(() => simulated !== undefined, 1_000);
    await found;
    expect({ name, ...(simulated as object) }).toEqual({ name, ...(real as object) });
  }
});
