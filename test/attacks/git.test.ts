import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import type { Env } from '../../src/env/env.ts';
import { realEnv } from '../../src/env/real.ts';
import { flush, packet } from '../../src/git/pkt-line.ts';
import { createRepositories } from '../../src/git/repositories.ts';
import { networkPolicy } from '../../src/sources/network-policy.ts';
import { createRemote } from '../../src/sources/remote.ts';
import { expectNowhere, failureOf } from '../scenarios/git/secrets.ts';
import { gitSetup, moved, never } from '../scenarios/git/setup.ts';
import { temporaryDirectory } from '../world/directory.ts';
import { startGitHttp } from '../world/git-http.ts';
import { deltaOf, fetchAnswer, idOf, type PackObject, pack } from './pack.ts';

/** The real world, with every program that is started written down. */
function watched(): { env: Env; started: string[] } {
  const real = realEnv();
  const started: string[] = [];
  const note = (command: string, args: readonly string[], options: { env?: Record<string, string> } = {}) =>
    void started.push(JSON.stringify([command, args, options.env]));
  const processes: Env['processes'] = {
    ...real.processes,
    run(command, args, options) {
      note(command, args, options);
      return real.processes.run(command, args, options);
    },
    spawn(command, args, options) {
      note(command, args, options);
      return real.processes.spawn(command, args, options);
    },
  };
  return { env: { ...real, processes }, started };
}

describe('9, 12, 14: addresses and revisions that are options or programs', () => {
  const urls = [
    '--upload-pack=touch pwn file',
    '-oProxyCommand=touch pwn',
    'ext::sh -c touch% pwn',
    'fd::17/x',
    'ssh://-oProxyCommand=x/',
    'ssh://-oProxyCommand=touch%20pwn/x',
    'git@-oProxyCommand=x:y',
    'git@host:--upload-pack=x',
    'https://h/x\n--upload-pack=x',
    'https://h/x?ref=--upload-pack=x',
    'file:///etc',
    '/etc',
    '.',
  ];
  const revisions = ['--upload-pack=x', '-x', 'refs/heads/../../config', 'a\nb', 'a:b', 'a^{tree}', '+main', 'x@{0}'];

  test.each(urls)('the address %j', async url => {
    await using directory = await temporaryDirectory('attack');
    const { env, started } = watched();
    const repositories = createRepositories({ env, dataDirectory: directory.path, credentialsFor: () => undefined });
    expect(() => repositories.open(url)).toThrow(expect.objectContaining({ code: 'GIT_URL_INVALID' }));
    const remote = createRemote({ env, repositories, cacheDirectory: directory.path, credentialsFor: () => undefined });
    await expect(remote.repository(url, 'main', never)).rejects.toMatchObject({ code: 'GIT_URL_INVALID' });
    expect(started).toEqual([]);
  });

  test.each(revisions)('the revision %j', async revision => {
    await using setup = await gitSetup();
    const { env, started } = watched();
    const repository = setup.again({ env }).open(setup.repo.fileUrl);
    const resolved = repository.resolve(revision, {}, never);
    if (revision === '+main') await expect(resolved).rejects.toMatchObject({ code: 'GIT_REVISION_NOT_FOUND' });
    else {
      await expect(resolved).rejects.toMatchObject({ code: 'GIT_REVISION_INVALID' });
      expect(started).toEqual([]);
    }
    await expect(repository.resolve('main', { tagPrefix: revision }, never)).rejects.toThrow();
  });

  test('what comes from outside stands after `--` or is written to standard input', async () => {
    await using setup = await gitSetup();
    const head = await setup.repo.commit({ a: '1' });
    await setup.repo.tag('v1.0.0');
    const { env, started } = watched();
    const repository = setup.again({ env }).open(setup.repo.fileUrl);
    await repository.resolve('main', {}, never);
    await repository.resolve('^1', {}, never);
    await repository.isAncestor(head, '0'.repeat(40), never).catch(() => {});
    expect(started.length).toBeGreaterThan(4);
    for (const line of started) {
      const [command, args] = JSON.parse(line);
      expect(command).toBe('git');
      const outside = args.findIndex((arg: string) => arg.includes('file://') || arg.includes(head));
      if (outside !== -1) expect(args.indexOf('--')).toBeLessThan(outside);
      if (outside !== -1) expect(args.indexOf('--')).toBeGreaterThan(0);
    }
  });
});

describe('2, 3, 18: what a repository may hold', () => {
  test('links, submodules and .gitmodules are data: nothing is followed or fetched', async () => {
    await using setup = await gitSetup();
    const commit = 'c'.repeat(40);
    const head = await setup.repo.commit({
      passwords: { mode: '120000', content: '/etc/passwd' },
      loop: { mode: '120000', content: 'loop' },
      'sub/module': { mode: '160000', content: commit },
      '.gitmodules': '[submodule "../../x"]\n\tpath = sub/module\r\n\turl = --upload-pack=touch pwn\n',
    });
    const { env, started } = watched();
    const repository = setup.again({ env }).open(setup.repo.fileUrl);
    await repository.resolve('main', {}, never);
    const tree = await repository.tree(head, never);
    expect(Buffer.from(await tree.read('passwords', 100)).toString()).toBe('/etc/passwd');
    expect(await tree.entry('loop/loop')).toBeUndefined();
    expect(await tree.entry('sub/module')).toMatchObject({ type: 'submodule', id: commit });
    expect(await tree.list('sub/module')).toBeUndefined();
    await expect(tree.read('sub/module', 100)).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
    for (const path of ['../x', '/etc/passwd', 'sub/../../x', 'passwords/x']) {
      expect(await tree.entry(path)).toBeUndefined();
    }
    const commands = started.map(line => JSON.parse(line)[1][0]);
    expect(commands.filter(command => command === 'fetch')).toHaveLength(1);
    expect(commands.filter(command => /submodule|checkout|clone/.test(command))).toEqual([]);
  });

  test('directories 3,000 deep', async () => {
    await using setup = await gitSetup();
    const path = `${'d/'.repeat(3_000)}x`;
    const head = await setup.repo.commit({ [path]: 'deep' });
    const repository = setup.repositories.open(setup.repo.fileUrl);
    await repository.resolve('main', {}, never);
    expect(Buffer.from(await (await repository.tree(head, never)).read(path, 10)).toString()).toBe('deep');
  });

  test.each(['..', '.', 'a/b', ''])('a directory with the name %j in it', async name => {
    await using setup = await gitSetup();
    const blob = await setup.repo.git(['hash-object', '-w', '--stdin'], 'x');
    const row = Buffer.concat([Buffer.from(`100644 ${name}\0`), Buffer.from(blob, 'hex')]);
    const id = await setup.repo.git(['hash-object', '-t', 'tree', '-w', '--literally', '--stdin'], row);
    const head = await setup.repo.git(['commit-tree', '-m', 'x', id]);
    await setup.repo.forceBranch('main', head);
    const repository = setup.repositories.open(setup.repo.fileUrl);
    const error = await failureOf(
      repository.resolve('main', {}, never).then(async () => (await repository.tree(head, never)).list('')),
    );
    expect(error).toMatchObject({ code: expect.stringMatching(/TREE_PATH_INVALID|GIT_(OBJECT_INVALID|FAILED)/) });
  });
});

describe('32: servers that send too much, or what is not so', () => {
  const advertisement = packet('version 2\n') + packet('ls-refs\n') + packet('fetch\n') + flush;
  const typed = (kind: string) => ({ 'content-type': `application/x-git-upload-pack-${kind}` });

  test('a list of refs without an end', async () => {
    await using setup = await gitSetup();
    await using server = await startGitHttp({ directory: setup.directory });
    const piece = packet(`${'a'.repeat(40)} refs/heads/${'x'.repeat(200)}\n`).repeat(200);
    server.fault = ({ method }) => {
      if (method === 'GET') return { answer: { status: 200, headers: typed('advertisement'), body: advertisement } };
      const body = Readable.from(endless(piece), { objectMode: false });
      return { answer: { status: 200, headers: typed('result'), body } };
    };
    const repository = setup.repositories.open(server.urlOf('fleet.git'));
    await expect(repository.refresh(never)).rejects.toMatchObject({ code: 'GIT_SERVER_INVALID' });
    const refs = `${'0'.repeat(4)}${piece}`;
    server.fault = () => ({
      answer: {
        status: 200,
        headers: typed('advertisement'),
        body: Readable.from(endless(refs), { objectMode: false }),
      },
    });
    await expect(repository.refresh(never)).rejects.toMatchObject({ code: 'GIT_SERVER_INVALID' });
  });

  const blob = Buffer.from('text');
  const row = (id: string) => Buffer.concat([Buffer.from('100644 a\0'), Buffer.from(id, 'hex')]);
  const tree = row(idOf('blob', blob));
  const commit = Buffer.from(`tree ${idOf('tree', tree)}\nauthor A <a@b> 1 +0000\ncommitter A <a@b> 1 +0000\n\nx\n`);
  const right: PackObject[] = [
    { type: 'commit', content: commit },
    { type: 'tree', content: tree },
    { type: 'blob', content: blob },
  ];
  const base = Buffer.alloc(70_000, 1);
  const packs: Record<string, Buffer> = {
    'a wrong checksum': pack(right, { wrongChecksum: true }),
    'a size that is too small': pack([...right.slice(0, 2), { type: 'blob', content: blob, claimedSize: 2 }]),
    'a size that is too large': pack([...right.slice(0, 2), { type: 'blob', content: blob, claimedSize: 2 ** 40 }]),
    'a missing blob': pack(right.slice(0, 2)),
    'fewer objects than claimed': pack(right).subarray(0, -30),
    'a bomb of a delta': pack([
      ...right,
      { type: 'blob', content: base },
      { type: 'delta', content: deltaOf(base.length, 3 * 2 ** 30), base: idOf('blob', base) },
    ]),
    'no pack': Buffer.from('hello'),
  };

  test.each(['nothing wrong', ...Object.keys(packs)])('a pack with %s', async name => {
    await using setup = await gitSetup();
    const good = await setup.repo.commit({ a: 'good' });
    await using server = await startGitHttp({ directory: setup.directory });
    const repository = setup.repositories.open(server.urlOf('fleet.git'));
    await repository.resolve('main', {}, never);
    const id = idOf('commit', commit);
    let posts = 0;
    server.fault = ({ method, headers }) => {
      if (method === 'GET') return { answer: { status: 200, headers: typed('advertisement'), body: advertisement } };
      const ours = headers['user-agent']?.includes('holdfast');
      const refs = packet(`${id} refs/heads/main\n`) + flush;
      if (ours || posts++ % 2 === 0) return { answer: { status: 200, headers: typed('result'), body: refs } };
      return { answer: { status: 200, headers: typed('result'), body: fetchAnswer(packs[name] ?? pack(right)) } };
    };
    const began = performance.now();
    if (name === 'nothing wrong') {
      expect(await moved(repository)).toBe(true);
      expect(await repository.resolve('main', {}, never)).toBe(id);
    } else {
      const code = expect.stringMatching(/^GIT_(SERVER_INVALID|FAILED)$/);
      await expect(repository.refresh(never)).rejects.toMatchObject({ code });
      expect(await repository.resolve('main', {}, never)).toBe(good);
      expect(Buffer.from(await (await repository.tree(good, never)).read('a', 10)).toString()).toBe('good');
    }
    expect(performance.now() - began).toBeLessThan(20_000);
  });

  test('a pack without an end', async () => {
    await using setup = await gitSetup({ maxFetchBytes: 30 * 2 ** 20 });
    await using server = await startGitHttp({ directory: setup.directory });
    const id = idOf('commit', commit);
    const noise = { type: 'blob', content: randomBytes(50_000) } satisfies PackObject;
    // It claims a million objects.
    const start = pack([noise]).subarray(0, -20);
    start.writeUInt32BE(1_000_000, 8);
    let posts = 0;
    server.fault = ({ method, headers }) => {
      if (method === 'GET') return { answer: { status: 200, headers: typed('advertisement'), body: advertisement } };
      if (headers['user-agent']?.includes('holdfast') || posts++ % 2 === 0) {
        return { answer: { status: 200, headers: typed('result'), body: packet(`${id} refs/heads/main\n`) + flush } };
      }
      return {
        answer: {
          status: 200,
          headers: typed('result'),
          body: Readable.from(endlessPack(start), { objectMode: false }),
        },
      };
    };
    const repository = setup.repositories.open(server.urlOf('fleet.git'));
    await expect(repository.resolve('main', {}, never)).rejects.toMatchObject({ code: 'GIT_TOO_LARGE' });
    expect(execFileSync('du', ['-sm', setup.dataDirectory], { encoding: 'utf8' })).toMatch(/^[12]\t/);
  });

  test('a blob that inflates to 200 MB is not read where less is allowed', async () => {
    await using setup = await gitSetup();
    const head = await setup.repo.commit({ bomb: Buffer.alloc(200 * 2 ** 20) });
    const repository = setup.repositories.open(setup.repo.fileUrl);
    await repository.resolve('main', {}, never);
    const found = await repository.tree(head, never);
    const began = performance.now();
    await expect(found.read('bomb', 2 ** 20)).rejects.toMatchObject({ code: 'FILE_TOO_LARGE' });
    expect(performance.now() - began).toBeLessThan(5_000);
  });
});

describe('55: secrets of addresses and credentials', () => {
  test.each([
    ['in the address', 'http://CANARY-user:CANARY-password@'],
    ['in the configuration', 'http://'],
  ])('%s, they are in no argument, environment, error, log or file', async (_, prefix) => {
    const credentials = { username: 'CANARY-user', password: 'CANARY-password' };
    const { env, started } = watched();
    await using setup = await gitSetup({ credentialsFor: () => (prefix === 'http://' ? credentials : undefined) });
    const head = await setup.repo.commit({ a: '1' });
    await using server = await startGitHttp({ directory: setup.directory, credentials });
    const repository = setup.again({ env }).open(server.urlOf('fleet.git').replace('http://', prefix));
    expect(await repository.resolve('main', {}, never)).toBe(head);
    await setup.repo.commit({ a: '2' });
    server.fault = ({ headers }) =>
      headers['user-agent']?.includes('(holdfast)') ? undefined : { answer: { status: 403, body: 'CANARY-password' } };
    const error = await failureOf(repository.refresh(never));
    expect(error).toMatchObject({ code: 'GIT_AUTH_FAILED' });
    const encoded = Buffer.from('CANARY-user:CANARY-password').toString('base64');
    for (const canary of ['CANARY', encoded]) {
      expectNowhere(canary, setup, error);
      expect(started.join('\n')).not.toContain(canary);
    }
  });
});

describe('59: addresses inside', () => {
  test.each([
    'http://169.254.169.254/x',
    'https://[fe80::1]/x',
    'http://0xa9.0xfea9fe/x',
    'http://[::ffff:a9fe:a9fe]/x',
  ])('%s is not connected to', async url => {
    const { env, started } = watched();
    await using setup = await gitSetup();
    const repository = setup.again({ env, denies: networkPolicy }).open(url);
    await expect(repository.refresh(never)).rejects.toMatchObject({ code: 'NET_FORBIDDEN' });
    expect(started.filter(line => /ls-remote|fetch/.test(line))).toEqual([]);
  });

  test('nor over ssh, nor by a redirect', async () => {
    const { env, started } = watched();
    await using setup = await gitSetup();
    const credentialsFor = () => ({ sshPrivateKey: 'x', sshKnownHosts: 'x' });
    const repositories = setup.again({ env, denies: networkPolicy, credentialsFor });
    const ssh = repositories.open('ssh://git@169.254.169.254/x');
    await expect(ssh.refresh(never)).rejects.toMatchObject({ code: 'NET_FORBIDDEN' });
    await using server = await startGitHttp({ directory: setup.directory });
    server.fault = ({ path }) => ({
      answer: { status: 302, headers: { location: `http://169.254.169.254${path}` } },
    });
    const redirected = repositories.open(server.urlOf('fleet.git'));
    await expect(redirected.refresh(never)).rejects.toMatchObject({ code: 'NET_FORBIDDEN' });
    expect(started.filter(line => /ls-remote|fetch/.test(line))).toEqual([]);
  });
});

function* endlessPack(start: Buffer): Generator<Buffer> {
  const framed = (bytes: Buffer) =>
    Buffer.concat([Buffer.from(`${(bytes.length + 5).toString(16).padStart(4, '0')}\x01`), bytes]);
  yield Buffer.from(packet('packfile\n'));
  yield framed(start);
  for (;;) yield framed(start.subarray(12));
}

function* endless(text: string): Generator<string> {
  for (;;) yield text;
}
