import { expect, test } from 'vitest';
import type { Env } from '../../../src/env/env.ts';
import { GitRepo } from '../../world/git-repo.ts';
import { waitFor } from '../../world/wait.ts';
import { environmentOf, startDelivery } from '../delivery/setup.ts';
import { colourOf, countWrites, isFetch, oneMap, painted, problemsOf, untilHealed } from './git-world.ts';
import { childrenOf } from './processes.ts';

/** The real network, less patient: what hangs is given up after a second instead of twenty. */
const impatient = (env: Env): Env => ({
  ...env,
  net: {
    ...env.net,
    http: options => {
      const client = env.net.http(options);
      return { ...client, request: asked => client.request({ ...asked, headTimeoutMs: 1_000, idleTimeoutMs: 1_000 }) };
    },
  },
});

test('a server that is down: what is in force stays so, the status says since when, and it is asked ever more rarely', async () => {
  await using delivery = await startDelivery(oneMap, { interval: '1s' }, { http: true });
  const { test: holdfast, repo, name, git } = delivery;
  if (git === undefined) throw new Error('it is not served over HTTP');
  await holdfast.untilSynced(name);
  const writes = await countWrites(delivery);
  const next = await repo.commit(painted('green'));
  const looks: number[] = [];
  git.log.length = 0;
  git.fault = ({ method }) => {
    if (method === 'GET') looks.push(performance.now());
    return { truncate: 0 };
  };
  await waitFor('the trouble to be said', () => problemsOf(delivery).includes('127.0.0.1'));
  const { checkedAt = 0 } = holdfast.operator.environment();
  const healed = await untilHealed(delivery);
  await waitFor('more looks', () => looks.length >= 3);
  const [first = 0, , third = 0] = looks;
  // Pauses of one interval, and of two.
  expect((third - first) / 1_000).toBeGreaterThan(2.5);
  expect(git.log.length).toBeLessThanOrEqual(6);
  expect(holdfast.operator.environment().checkedAt).toBe(checkedAt);
  expect(holdfast.status(name)).toMatchObject({ sync: { status: 'Synced' }, health: { status: 'Healthy' } });
  expect(await writes()).toEqual([healed]);

  git.fault = undefined;
  await holdfast.untilSynced(name, next);
  await waitFor('no trouble', () => problemsOf(delivery) === '');
  expect(holdfast.operator.environment().checkedAt).toBeGreaterThan(checkedAt);
  expect(await writes()).toEqual([healed, 'patch configmaps/a']);
});

test('a server that accepts and never answers is given up in time, and holds up nothing: no drift, no other repository, no end', async () => {
  await using delivery = await startDelivery(oneMap, { interval: '1s' }, { http: true, change: impatient });
  const { test: holdfast, repo, name, git } = delivery;
  if (git === undefined) throw new Error('it is not served over HTTP');
  const applications = [
    { name, path: 'app', namespace: name },
    { name: `${name}-far`, repo: `${git.url}/far.git`, path: '.', namespace: `${name}-far` },
  ];
  const far = await GitRepo.create(delivery.directory, 'far.git');
  await far.commit({ 'b.json': painted('red')['app/a.json'] });
  await repo.commit({ 'holdfast.yaml': environmentOf(name, applications) });
  await holdfast.untilSynced(`${name}-far`);
  const writes = await countWrites(delivery);

  git.fault = ({ path }) => (path.startsWith('/far.git') ? { hang: true } : undefined);
  const began = performance.now();
  await waitFor('the trouble to be said', () => /far|127\.0\.0\.1/.test(problemsOf(delivery)));
  expect(performance.now() - began).toBeLessThan(20_000);
  const next = await repo.commit(painted('green'));
  await holdfast.until(name, ({ sync }) => sync.revision === next && sync.status === 'Synced');
  const healed = await untilHealed(delivery);
  expect(holdfast.status(`${name}-far`)).toMatchObject({ sync: { status: 'Synced' } });
  expect(await writes()).toEqual(['patch configmaps/a', healed]);
  const closing = performance.now();
  await holdfast.close();
  expect(performance.now() - closing).toBeLessThan(10_000);
});

test('a fetch that hangs ends at its deadline; git stopped or killed in mid fetch harms nothing; the next look fetches', async () => {
  await using delivery = await startDelivery(oneMap, { budgets: { fetchTime: '2s' } }, { http: true });
  const { test: holdfast, repo, name, git } = delivery;
  if (git === undefined) throw new Error('it is not served over HTTP');
  await holdfast.untilSynced(name);
  const writes = await countWrites(delivery);
  const fetching = () => childrenOf(process.pid, 'git fetch');
  const signalled = (signal: NodeJS.Signals) => async () => {
    const pids = await waitFor('git', async () => {
      const found = await fetching();
      return found.length > 0 && found;
    });
    for (const pid of pids) process.kill(pid, signal);
  };
  const harms = { hang: async () => {}, SIGKILL: signalled('SIGKILL'), SIGSTOP: signalled('SIGSTOP') };
  const expected: string[] = [];
  for (const [harm, act] of Object.entries(harms)) {
    const before = await colourOf(delivery);
    const next = await repo.commit(painted(harm));
    let asked = false;
    git.fault = request => {
      if (!isFetch(request)) return undefined;
      asked = true;
      return { hang: true };
    };
    const began = performance.now();
    const look = holdfast.refresh();
    await waitFor('the fetch', () => asked);
    await act();
    await look;
    expect(performance.now() - began, harm).toBeLessThan(20_000);
    expect(problemsOf(delivery), harm).toMatch(harm === 'SIGKILL' ? /git fetch failed/ : /2000 ms/);
    expect(await fetching(), harm).toEqual([]);
    expect(await colourOf(delivery), harm).toBe(before);
    expected.push(await untilHealed(delivery), 'patch configmaps/a');
    git.fault = undefined;
    await holdfast.untilSynced(name, next);
    expect(problemsOf(delivery), harm).toBe('');
  }
  expect(await writes()).toEqual(expected);
});
