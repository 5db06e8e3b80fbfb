import { afterEach, beforeEach, expect, it } from 'vitest';
import { type RunningApi, startApi } from '../../../src/api/listen.ts';
import { memoryAccess } from '../../../src/api/testing/memory-access.ts';
import { type MemoryOperator, memoryOperator, sampleStatus } from '../../../src/api/testing/memory-operator.ts';
import { realEnv } from '../../../src/env/real.ts';
import { waitFor } from '../../world/wait.ts';

const headers = { authorization: 'Bearer t', 'content-type': 'application/json' };
const env = realEnv();
let operator: MemoryOperator;
let api: RunningApi;
/** Seconds pass in no time: the deadline of an answer is two minutes. */
let late: (() => void)[] = [];

beforeEach(async () => {
  late = [];
  operator = memoryOperator([sampleStatus('shop')]);
  const timers = {
    ...env.timers,
    after: (ms: number, fn: () => void) => {
      if (ms < 100_000) return env.timers.after(ms, fn);
      late.push(fn);
      return () => {};
    },
  };
  api = await startApi({
    env: { ...env, timers },
    operator,
    host: '127.0.0.1',
    port: 0,
    token: 't',
    access: memoryAccess(env),
  });
});

afterEach(() => api.close());

/** Both ways to ask: with a body that has been read to its end, and without. */
const questions = [
  ['/api/v1/refresh', { method: 'POST', body: '{"application":"shop"}' }],
  ['/api/v1/applications/shop/diff', { method: 'GET' }],
] as const;

/** What the operator is given to work with, and how the work ends. */
function holdUp(): { given: AbortSignal[]; go: () => void } {
  const given: AbortSignal[] = [];
  let go = () => {};
  const gate = new Promise<void>(resolve => {
    go = resolve;
  });
  operator.refresh = async (_, signal) => {
    given.push(signal);
    await gate;
  };
  operator.diff = async (_, __, signal) => {
    given.push(signal);
    await gate;
    return operator.difference;
  };
  return { given, go: () => go() };
}

it.each(questions)('%s: the work is not given up while the client waits', async (path, init) => {
  const { given, go } = holdUp();
  const response = fetch(api.url + path, { ...init, headers });
  await waitFor('the work', () => given.length === 1);
  // Another answer takes longer than a `close` of the request would.
  expect((await fetch(`${api.url}/api/v1/applications`, { headers })).status).toBe(200);
  expect(given[0]?.aborted).toBe(false);
  go();
  expect((await response).ok).toBe(true);
  expect(given[0]?.aborted).toBe(false);
});

it.each(questions)('%s: the work is given up when the client goes', async (path, init) => {
  const { given } = holdUp();
  const controller = new AbortController();
  const response = fetch(api.url + path, { ...init, headers, signal: controller.signal });
  await waitFor('the work', () => given.length === 1);
  controller.abort();
  await expect(response).rejects.toThrow();
  await waitFor('the end', () => given[0]?.aborted === true);
});

it.each(questions)('%s: the work has a deadline, even when it does not listen', async (path, init) => {
  const { given } = holdUp();
  const response = fetch(api.url + path, { ...init, headers });
  await waitFor('the work', () => given.length === 1);
  for (const pass of late) pass();
  const answer = await response;
  expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([504, 'API_TIMEOUT']);
  expect(given[0]?.aborted).toBe(true);
});
