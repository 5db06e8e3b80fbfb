import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import type { Child, Env } from '../../../src/env/env.ts';
import { realEnv } from '../../../src/env/real.ts';
import { gitFailure } from '../../../src/git/git-failure.ts';
import { SimWorld } from '../../simulation/world.ts';
import { temporaryDirectory } from '../../world/directory.ts';

// The model of git has to do what the git program does with the same words.

/** Where both sides do their work: the model's in virtual time, the real one's in a directory. */
interface Side {
  env: Env;
  directory: string;
  remote: string;
  settle<T>(work: Promise<T>): Promise<T>;
}

interface Call {
  args: string[];
  input?: string;
  /** Default: the mirror. */
  elsewhere?: boolean;
}

async function run(side: Side, { args, input, elsewhere = false }: Call) {
  const { env, directory } = side;
  const all = args.map(arg => arg.replace('REMOTE', side.remote));
  const work = env.processes.run('git', all, {
    env: {
      GIT_DIR: elsewhere ? `${directory}/none.git` : `${directory}/mirror.git`,
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_GLOBAL: '/dev/null',
      HOME: '/nonexistent',
      LC_ALL: 'C',
      GIT_TERMINAL_PROMPT: '0',
    },
    ...(input === undefined ? {} : { input }),
  });
  const { code = -1, stdout, stderr } = await side.settle(work);
  const meaning =
    code > 1 ? gitFailure({ command: args[0] ?? '', url: '', code, signal: undefined, stderr }, []).code : '';
  return { code, stdout: Buffer.from(stdout).toString('utf8'), meaning };
}

async function read(child: Child): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of child.stdout) pieces.push(piece);
  return Buffer.concat(pieces).toString('latin1');
}

async function ask(side: Side, args: string[], lines: string[]): Promise<string> {
  const child = side.env.processes.spawn('git', args, { env: { GIT_DIR: `${side.directory}/mirror.git` } });
  for (const line of lines) await side.settle(child.write(Buffer.from(`${line}\n`)));
  child.endInput();
  return await side.settle(read(child));
}

test('the model of git does as git', async () => {
  await using directory = await temporaryDirectory('model-git');
  await using world = new SimWorld({ seed: 1, target: 'machine' });
  const { env } = await world.start();
  const remote = `${directory.path}/fleet.git`;
  const real: Side = { env: realEnv(), directory: directory.path, remote: `file://${remote}`, settle: work => work };
  const model: Side = {
    env,
    directory: '/tmp',
    remote: world.git.url,
    async settle(work) {
      let over = false;
      const done = () => {
        over = true;
      };
      work.then(done, done);
      await world.runUntil(() => over, 120_000);
      return await work;
    },
  };

  function git(args: string[], input?: Buffer): string {
    const { status, stdout, stderr } = spawnSync('git', ['-C', remote, ...args], input === undefined ? {} : { input });
    if (status !== 0) throw new Error(stderr.toString());
    return stdout.toString().trim();
  }
  /** Makes the real remote what the model is. Ids are counted by git itself. */
  function push(): void {
    const refs = [...world.git.refs()].filter(([name]) => name !== 'HEAD');
    const wanted = new Set(refs.flatMap(([, id]) => [...world.objects.reachable(id)]));
    for (const id of wanted) {
      const object = world.objects.get(id)!;
      expect(git(['hash-object', '-w', '-t', object.type, '--stdin'], object.bytes)).toBe(id);
    }
    const gone = git(['for-each-ref', '--format=%(refname)'])
      .split('\n')
      .filter(name => name !== '' && !world.git.refs().has(name));
    for (const name of gone) git(['update-ref', '-d', name]);
    for (const [name, id] of refs) git(['update-ref', name, id]);
    git(['fsck', '--strict']);
  }
  async function same(call: Call): Promise<void> {
    const [one, other] = [await run(real, call), await run(model, call)];
    expect({ call, ...other }).toEqual({ call, ...one });
  }

  spawnSync('git', ['init', '--bare', '--quiet', '--initial-branch=main', remote]);
  const files = {
    'holdfast.yaml': 'a: 1\n',
    'a/b/c.txt': 'deep',
    'a.b/x': '1',
    'a-b': '2',
    'run.sh': '#!/bin/sh\n',
    empty: '',
  };
  const first = world.git.commit(files);
  const second = world.git.commit({ 'a/b/c.txt': null, 'a/ü.txt': 'umlaut' });
  world.git.commit({ extra: '1' }, { branch: 'side' });
  world.git.tag('v1.0.0', first);
  push();

  const rows = (prefix: string) => ({
    args: [
      'for-each-ref',
      '--format=%(refname) %(objectname) %(objecttype) %(*objectname) %(*objecttype)',
      '--',
      prefix,
    ],
  });
  const fetch = (...refspecs: string[]) => ({
    args: [
      ...['fetch', '--quiet', '--force', '--prune', '--no-tags', '--no-write-fetch-head', '--no-auto-maintenance'],
      ...['--no-recurse-submodules', '--stdin', '--', 'REMOTE'],
    ],
    input: refspecs.map(refspec => `${refspec}\n`).join(''),
  });
  const isAncestor = (one: string, other: string) => ({ args: ['merge-base', '--is-ancestor', '--', one, other] });
  const update = (...lines: string[]) => ({
    args: ['update-ref', '--no-deref', '--stdin'],
    input: lines.map(line => `${line}\n`).join(''),
  });
  const nobody = '1'.repeat(40);
  const main = '+refs/heads/main:refs/holdfast/remote/refs%2Fheads%2Fmain';

  await same({ ...rows('refs/'), elsewhere: true });
  await same({
    args: ['init', '--bare', '--quiet', '--template=', '--object-format=sha1', '--initial-branch=holdfast'],
  });
  await same(rows('refs/holdfast/'));
  await same(fetch('+HEAD:refs/holdfast/remote/HEAD', main));
  await same(rows('refs/holdfast/'));
  expect((await run(real, rows('refs/holdfast/'))).stdout).toContain(second);
  await same(fetch('+refs/heads/none:refs/holdfast/remote/none', '+refs/tags/v1.0.0:refs/holdfast/remote/v1'));
  await same(rows('refs/holdfast/'));
  await same(fetch(`+${first}:refs/holdfast/kept/${first}`));
  await same(fetch(`+${nobody}:refs/holdfast/kept/${nobody}`));
  await same(fetch('+refs/heads/*:refs/holdfast/all/heads/*', '+refs/tags/*:refs/holdfast/all/tags/*'));
  await same(rows('refs/holdfast/all/'));
  await same(isAncestor(first, second));
  await same(isAncestor(second, first));
  await same(isAncestor(second, second));
  await same(isAncestor(nobody, second));
  await same(update(`update refs/holdfast/kept/two ${second}`, 'delete refs/holdfast/all/heads/side'));
  await same(update(`update refs/holdfast/kept/three ${nobody}`));
  await same(rows('refs/holdfast/'));
  await same({ args: ['ls-remote', '--quiet', '--', 'REMOTE', 'HEAD*', 'refs/tags/v1*'] });
  await same({ args: ['gc', '--auto', '--quiet'] });

  world.git.deleteBranch('side');
  const other = world.git.commit({ rewritten: 'yes' }, { branch: 'other' });
  world.git.forcePush('main', other);
  push();
  await same(fetch('+refs/heads/*:refs/holdfast/all/heads/*', '+refs/tags/*:refs/holdfast/all/tags/*', main));
  await same(rows('refs/holdfast/'));
  await same(isAncestor(second, other));

  const tree = /^tree (\w+)/.exec(world.objects.get(first)?.bytes.toString() ?? '')?.[1] ?? '';
  const blob = world.objects.add('blob', 'deep');
  const questions = [
    ...[first, second, tree, blob, nobody, `${first}^{commit}`, `${blob}^{commit}`, first.slice(0, 12)].map(
      id => `info ${id}`,
    ),
    ...[first, tree, blob, nobody].map(id => `contents ${id}`),
  ];
  for (const [args, lines] of [
    [['cat-file', '--batch-command'], questions],
    [['cat-file', 'blob', '--', blob], []],
  ] as const) {
    expect(await ask(model, [...args], [...lines])).toBe(await ask(real, [...args], [...lines]));
  }
});
