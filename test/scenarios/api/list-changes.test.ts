import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Access } from '../../../src/access/access.ts';
import { hashOf } from '../../../src/access/tokens.ts';
import { type RunningApi, startApi } from '../../../src/api/listen.ts';
import { memoryAccess } from '../../../src/api/testing/memory-access.ts';
import { type MemoryOperator, memoryOperator, sampleStatus } from '../../../src/api/testing/memory-operator.ts';
import { accessSettings } from '../../../src/dialects/access.ts';
import { realEnv } from '../../../src/env/real.ts';
import { waitFor } from '../../world/wait.ts';

interface Message {
  event: string;
  id: string;
  data: { changed?: { name: string }[]; removed?: string[]; rows?: { name: string; health: { status: string } }[] };
}

let operator: MemoryOperator;
let access: Access;
let api: RunningApi;

beforeEach(async () => {
  operator = memoryOperator(['shop', 'bank'].map(name => sampleStatus(name, { project: name })));
  const accounts = [{ name: 'dev', tokens: [{ name: 'test', sha256: hashOf('of-dev') }] }];
  const policy = 'p, dev, applications, get, shop/*, allow';
  access = memoryAccess(realEnv(), accessSettings.parse({ policy, accounts }));
  api = await startApi({ env: realEnv(), operator, host: '127.0.0.1', port: 0, token: 'own', access });
});

afterEach(() => api.close());

/** What has come so far; `stop` ends the connection. */
async function follow(query = '', token = 'own', lastId?: string) {
  const controller = new AbortController();
  const response = await fetch(`${api.url}/api/v1/list/changes${query}`, {
    headers: { authorization: `Bearer ${token}`, ...(lastId === undefined ? {} : { 'last-event-id': lastId }) },
    signal: controller.signal,
  });
  const seen: Message[] = [];
  const reading = (async () => {
    let text = '';
    for await (const piece of response.body!.pipeThrough(new TextDecoderStream())) {
      text += piece;
      const messages = text.split('\n\n');
      text = messages.pop() ?? '';
      for (const message of messages) {
        const [, event = '', id = '', data = '{}'] = /^event: (\w+)\nid: (\S+)\ndata: (.*)$/.exec(message) ?? [];
        if (event !== '') seen.push({ event, id, data: JSON.parse(data) });
      }
    }
  })().catch(() => undefined);
  await waitFor('the first event', () => seen.length > 0);
  return { seen, stop: () => controller.abort(), ended: reading };
}

async function listedAt(): Promise<string> {
  const response = await fetch(`${api.url}/api/v1/list`, { headers: { authorization: 'Bearer own' } });
  return ((await response.json()) as { at: string }).at;
}

it('goes on from a list, and after a lost connection from the last event', async () => {
  const at = await listedAt();
  operator.change('shop', { health: { status: 'Degraded', message: 'x' } });
  const first = await follow(`?name=shop&after=${at}`);
  await waitFor('the change', () => first.seen.length === 2);
  expect(first.seen[0]).toMatchObject({ event: 'ready', id: at });
  expect(first.seen[1]?.data.rows).toMatchObject([{ name: 'shop', health: { status: 'Degraded' } }]);
  first.stop();
  operator.change('bank', {});
  const second = await follow('?after=of-before', 'own', first.seen[1]?.id);
  await waitFor('what was missed', () => second.seen.length === 2);
  expect(second.seen.map(({ event, data }) => [event, data.changed?.map(({ name }) => name)])).toEqual([
    ['ready', undefined],
    ['changes', ['bank']],
  ]);
});

it('a flood of changes comes as a few events', async () => {
  const { seen } = await follow();
  for (let i = 0; i < 300; i++) {
    operator.change('shop', { observedAt: i });
    await new Promise(resolve => setImmediate(resolve));
  }
  operator.change('bank', {});
  await waitFor('the last', () => seen.some(({ data }) => data.changed?.some(({ name }) => name === 'bank')));
  expect(seen.length).toBeLessThan(10);
});

it('an id of another process, or of what another policy showed, means to begin anew', async () => {
  const at = await listedAt();
  const [epoch] = at.split('.');
  for (const id of ['x', `other.0.0`, `${epoch}.7.0`, `${epoch}.0.99`, `${epoch}.0.-1`]) {
    const { seen, stop } = await follow(`?after=${id}`);
    expect([id, seen[0]?.event]).toEqual([id, 'reset']);
    stop();
  }
});

it('shows only what one may see, and ends with another policy', async () => {
  const { seen, ended } = await follow('?name=bank&name=shop', 'of-dev');
  operator.change('bank', {});
  operator.change('shop', {});
  await waitFor('the change', () => seen.length === 2);
  expect(seen[1]?.data).toMatchObject({ changed: [], removed: [], rows: [{ name: 'shop' }] });
  const settings = accessSettings.parse({ policy: 'p, dev, applications, *, */*, deny' });
  access.follow({ access: { settings, path: 'holdfast.yaml', line: 1, column: 1 }, projects: new Map() });
  await ended;
  operator.change('shop', {});
  expect(seen.filter(({ event }) => event === 'changes')).toHaveLength(1);
});
