import { afterEach, beforeEach, expect, it } from 'vitest';
import { type RunningApi, startApi } from '../../../src/api/listen.ts';
import { memoryAccess } from '../../../src/api/testing/memory-access.ts';
import { type MemoryOperator, memoryOperator, sampleStatus } from '../../../src/api/testing/memory-operator.ts';
import { realEnv } from '../../../src/env/real.ts';
import { waitFor } from '../../world/wait.ts';

const headers = { authorization: 'Bearer t' };
let operator: MemoryOperator;
let api: RunningApi;

beforeEach(async () => {
  operator = memoryOperator([sampleStatus('shop'), sampleStatus('bank')]);
  api = await startApi({
    env: realEnv(),
    operator,
    host: '127.0.0.1',
    port: 0,
    token: 't',
    access: memoryAccess(realEnv()),
  });
});

afterEach(() => api.close());

/** What has come so far, as `type name state`. */
async function listen(): Promise<string[]> {
  const seen: string[] = [];
  const response = await fetch(`${api.url}/api/v1/events/stream`, { headers });
  expect(response.headers.get('content-type')).toContain('text/event-stream');
  void (async () => {
    let text = '';
    for await (const piece of response.body!.pipeThrough(new TextDecoderStream())) {
      text += piece;
      const messages = text.split('\n\n');
      text = messages.pop() ?? '';
      for (const message of messages) {
        const [, type, data] = /^event: (\w+)\ndata: (.*)$/.exec(message) ?? [];
        const { name, health } = JSON.parse(data ?? '{}') as { name?: string; health?: { message: string } };
        seen.push([type, name, health?.message].filter(Boolean).join(' '));
      }
    }
  })().catch(() => seen.push('end'));
  await waitFor('the stream to be ready', () => seen.includes('ready'));
  return seen;
}

it('tells every reader what changed and what is gone', async () => {
  const one = await listen();
  const other = await listen();
  operator.change('shop', { health: { status: 'Degraded', message: 'crashes' } });
  operator.drop('bank');
  for (const seen of [one, other]) {
    await waitFor('both', () => seen.length === 3);
    expect(seen).toEqual(['ready', 'application shop crashes', 'removed bank']);
  }
});

it('tells how things are, not how they were on the way', async () => {
  const seen = await listen();
  for (let i = 0; i < 1_000; i++) {
    operator.change('shop', { health: { status: 'Progressing', message: `step-${i}` } });
  }
  await waitFor('the last', () => seen.at(-1) === 'application shop step-999');
  expect(seen.length).toBeLessThan(20);
});

it('ends with the server, at once', async () => {
  const seen = await listen();
  const start = performance.now();
  await api.close();
  expect(performance.now() - start).toBeLessThan(10_000);
  await waitFor('the end', () => seen.at(-1) === 'end');
});

it('ends the logs of whoever goes away', async () => {
  let ended = false;
  operator.logs = (_, __, ___, signal) =>
    (async function* () {
      yield { source: 'web', text: 'one' };
      await new Promise<void>(resolve => signal.addEventListener('abort', () => resolve()));
      ended = true;
    })();
  const controller = new AbortController();
  const response = await fetch(`${api.url}/api/v1/applications/shop/logs?follow=true`, {
    headers,
    signal: controller.signal,
  });
  const reader = response.body!.getReader();
  expect(new TextDecoder().decode((await reader.read()).value)).toBe('{"source":"web","text":"one"}\n');
  controller.abort();
  await waitFor('the end of the logs', () => ended);
});
