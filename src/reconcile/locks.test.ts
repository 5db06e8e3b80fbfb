import { expect, test } from 'vitest';
import { realEnv } from '../env/real.ts';
import { failure } from '../errors.ts';
import type { Source } from '../model/application.ts';
import { Locks } from './locks.ts';

const own = 'https://git.example/fleet.git';
const never = new AbortController().signal;

function locks(declaredAt?: string): Locks {
  const open = (url: string) => ({ url, movedAt: 5, resolve: async (revision: string) => `newest of ${revision}` });
  const place = { repoURL: own, revision: 'main' };
  const made = new Locks({ env: realEnv(), repositories: { open }, place } as never);
  made.declare(declaredAt);
  return made;
}

test.each<[what: string, source: Partial<Source>, revision: string]>([
  ['the branch of the declarations', { repoURL: own, targetRevision: 'main' }, 'read'],
  ['no revision, in the same repository', { repoURL: own }, 'read'],
  ['no repository at all', {}, 'read'],
  ['another branch', { repoURL: own, targetRevision: 'next' }, 'newest of next'],
  ['a range of tags that is called so', { repoURL: own, targetRevision: 'main', tagPrefix: 'v' }, 'newest of main'],
  ['another repository', { repoURL: 'https://git.example/app.git', targetRevision: 'main' }, 'newest of main'],
])(
  'what comes from %s is of the commit whose declarations are in force, or as new as there is',
  async (_, some, revision) => {
    const source = { repoURL: '', path: 'app', targetRevision: '', ...some };
    expect((await locks('read').resolveSource(source, never)).revision).toBe(revision);
    expect((await locks().resolveSource(source, never)).revision).toMatch(/^newest of/);
  },
);

test('while no declarations could be read, nothing of their branch is taken; what is in force stays', async () => {
  const source = { repoURL: '', path: 'app', targetRevision: '' };
  const elsewhere = { ...source, repoURL: 'https://git.example/app.git' };
  const [unread, read] = [locks(), locks('read')];
  for (const one of [unread, read])
    one.failed(failure('GIT_FAILED', { command: 'cat-file', repository: own, reason: '' }));
  await expect(unread.resolveSource(source, never)).rejects.toMatchObject({ code: 'GIT_FAILED' });
  expect((await unread.resolveSource(elsewhere, never)).revision).toBe('newest of HEAD');
  expect((await read.resolveSource(source, never)).revision).toBe('read');
  unread.declare(undefined);
  expect((await unread.resolveSource(source, never)).revision).toBe('newest of main');
});

test('what comes from the branch of the declarations moves when they do', () => {
  const of = (declaredAt?: string) => locks(declaredAt).movedAt({ repoURL: '', path: 'app', targetRevision: '' });
  expect(of()).toBe(5);
  expect(of('read')).toBeGreaterThan(5);
});
