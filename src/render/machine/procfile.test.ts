import { describe, expect, test } from 'vitest';
import { type MemoryFile, memoryTree } from '../../sources/memory-tree.ts';
import { readSpec } from '../../targets/machine/spec.ts';
import type { RenderRequest } from '../renderer.ts';
import { renderProcfile } from './procfile.ts';

function request(files: Record<string, MemoryFile>, path = 'apps/shop'): RenderRequest {
  return {
    environment: '',
    application: { name: 'shop', project: 'default' },
    namespace: '',
    source: { repoURL: '', path, targetRevision: '' },
    revision: 'r1',
    tree: memoryTree(files),
    refs: new Map(),
    capabilities: { kubeVersion: '', apiVersions: [], hash: '' },
    allowsRemote: () => false,
  };
}

const signal = new AbortController().signal;
const app = (procfile: string, more: Record<string, MemoryFile> = {}) =>
  request({
    'apps/shop/Procfile': procfile,
    ...Object.fromEntries(Object.entries(more).map(([name, file]) => [`apps/shop/${name}`, file])),
  });

describe('renderProcfile', () => {
  test('one release, and one process a line with its own environment', async () => {
    const { resources } = await renderProcfile(
      app('# shop\nweb: serve --port $PORT\n\nworker : work "$QUEUE"\r\n', {
        '.env': 'PORT=80\nQUEUE=main',
        'worker.env': 'QUEUE=mail',
        'lib/a.js': 'a',
      }),
      signal,
    );
    expect(resources.map(({ id }) => `${id.group}/${id.kind} ${id.name}`)).toEqual([
      'machine.holdfast.dev/Release shop',
      'machine.holdfast.dev/Process shop/web',
      'machine.holdfast.dev/Process shop/worker',
    ]);
    const [release, web, worker] = resources;
    const files = await readSpec('Release', 'shop', release!.body);
    expect(files.files.map(({ path }) => path)).toEqual(['.env', 'Procfile', 'lib/a.js', 'worker.env']);
    expect(await readSpec('Process', 'web', web!.body)).toEqual({
      process: 'web',
      line: 'serve --port $PORT',
      command: ['serve', '--port', '80'],
      env: { PORT: '80', QUEUE: 'main', HOLDFAST_APPLICATION: 'shop', HOLDFAST_REVISION: files.tree },
      tree: files.tree,
    });
    expect(await readSpec('Process', 'worker', worker!.body)).toMatchObject({ command: ['work', 'mail'] });
  });

  test('hashes change with the directory, and with nothing else', async () => {
    const hashes = async (files: Record<string, MemoryFile>) =>
      (await renderProcfile(request(files), signal)).resources.map(({ body }) => body.hash);
    const files = { 'apps/shop/Procfile': 'web: a', 'apps/shop/x': '1', 'other/y': '1' };
    const before = await hashes(files);
    expect(await hashes({ ...files, 'other/y': '2' })).toEqual(before);
    const after = await hashes({ ...files, 'apps/shop/x': '2' });
    expect(after.every((hash, index) => hash !== before[index])).toBe(true);
  });

  test.each<[what: string, procfile: string, more: Record<string, MemoryFile>, message: RegExp]>([
    ['no process', '# nothing\n', {}, /Procfile:1:1: there is no process/],
    ['a line that is none', 'web: a\nnonsense\n', {}, /Procfile:2:1: expected `name: command`/],
    ['a name twice', 'web: a\nweb: b\n', {}, /Procfile:2:1: the process web is there twice/],
    ['a bad name', '../x: a\n', {}, /Procfile:1:1: expected/],
    ['a pipe', 'web: a b\nlog:   a | b\n', {}, /Procfile:2:10: a pipe/],
    ['no command', 'web:\n', {}, /Procfile:1:5: there is no command/],
    ['a bad .env', 'web: a', { '.env': 'A=1\nB' }, /\.env:2:1: expected NAME=value/],
    ['a link out', 'web: a', { x: { symlink: '../../secret' } }, /apps\/shop\/x is not delivered: .*leads out/],
    ['an absolute link', 'web: a', { x: { symlink: '/etc/passwd' } }, /leads out/],
    ['a linked .env', 'web: a', { '.env': { symlink: 'x' }, x: 'A=1' }, /\.env is not delivered/],
  ])('%s is an error that says where', async (_what, procfile, more, message) => {
    await expect(renderProcfile(app(procfile, more), signal)).rejects.toThrow(message);
  });

  test('a link inside the directory is delivered as a link', async () => {
    const { resources } = await renderProcfile(
      app('web: a', { 'bin/x': { symlink: '../lib/x' }, 'lib/x': '1' }),
      signal,
    );
    const { files } = await readSpec('Release', 'shop', resources[0]!.body);
    expect(files.find(({ path }) => path === 'bin/x')).toMatchObject({ link: '../lib/x' });
  });

  test('ten thousand nested directories end in an error, at once', async () => {
    const deep = `${'d/'.repeat(5_000)}file`;
    await expect(renderProcfile(app('web: a', { [deep]: '' }), signal)).rejects.toThrow(/64 directories deep/);
  });
});
