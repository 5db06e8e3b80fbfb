import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildWeb } from '../../scripts/build-web.ts';
import { type RunningApi, startApi } from '../../src/api/listen.ts';
import { memoryAccess } from '../../src/api/testing/memory-access.ts';
import { type MemoryOperator, memoryOperator, sampleStatus } from '../../src/api/testing/memory-operator.ts';
import { WebFiles } from '../../src/api/web-files.ts';
import { accessSettings } from '../../src/dialects/access.ts';
import { realEnv } from '../../src/env/real.ts';
import { type Drift, resourceKey } from '../../src/model/resource.ts';
import type { ResourceStatus } from '../../src/model/status.ts';
import { waitFor } from '../world/wait.ts';
import { startBrowser, visit } from './browser.ts';

// The real API and the real browser; what differs as data, since what is asked here is what much of it costs a page.

const applications = 500;
const each = 4;
const nameOf = (index: number) => `app-${String(index).padStart(4, '0')}`;

let operator: MemoryOperator;
let api: RunningApi;
let browser: Browser;

function resource(index: number, drift?: Drift): ResourceStatus {
  const id = { group: '', kind: 'ConfigMap', namespace: 'ns', name: `part-${index}` };
  const facts = { hook: false, wave: 0, health: { status: 'Healthy', message: '' } } as const;
  const sync = drift === undefined ? 'Synced' : 'OutOfSync';
  return { id, key: resourceKey(id), sync, ...facts, ...(drift === undefined ? {} : { drift }) };
}

function changed(by: string): Drift {
  return {
    kind: 'changed',
    by: { name: by, at: Date.now() - 60_000 },
    changes: [{ path: '/data/color', declared: '"red"', live: '"blue"' }],
  };
}

beforeAll(async () => {
  const env = realEnv();
  const by = (index: number) => (index % 10 === 0 ? 'oncall' : 'kubectl-edit');
  const resources = (index: number) => Array.from({ length: each }, (_, i) => resource(i, changed(by(index))));
  operator = memoryOperator(
    Array.from({ length: applications }, (_, index) => sampleStatus(nameOf(index), { resources: resources(index) })),
  );
  const access = memoryAccess(env, accessSettings.parse({}));
  const web = new WebFiles(env.files, await buildWeb());
  api = await startApi({ env, operator, access, host: '127.0.0.1', port: 0, token: 'own', web });
  browser = await startBrowser();
});
afterAll(async () => {
  await browser?.close();
  await api?.close();
});

const open = () => visit(browser, api.url, { extraHTTPHeaders: { authorization: 'Bearer own' } });

test('of 2,000 differences only those that are looked at are in the page, down to the last', async () => {
  await using visited = await open();
  const { page } = visited;
  await page.goto('/drift');
  await page.getByText('2,000 in 500 applications').waitFor();
  await page.getByRole('heading', { name: 'kubectl-edit 1,800 differences' }).waitFor();
  const inPage = async () => await page.getByRole('article').count();
  expect(await inPage()).toBeLessThan(40);
  const last = page.getByRole('article', { name: nameOf(applications - 10), exact: true });
  let most = 0;
  await waitFor('the end', async () => {
    await page.mouse.wheel(0, 6_000);
    most = Math.max(most, await inPage());
    return await last.isVisible();
  });
  expect(most).toBeLessThan(60);
  expect(visited.complaints).toEqual([]);
});

test('what is chosen stays chosen while other things change, and goes when it does not differ any more', async () => {
  await using visited = await open();
  const { page } = visited;
  await page.goto('/drift?by=oncall');
  const first = page.getByRole('article', { name: nameOf(0), exact: true });
  await first.getByRole('checkbox', { name: `Select all of ${nameOf(0)}` }).check();
  const bar = page.getByRole('region', { name: 'Selection' });
  await bar.getByText(`${each} of ${nameOf(0)}`).waitFor();
  operator.change(nameOf(10), { resources: [resource(0)] });
  await page.getByText('1,996 in 499 applications').waitFor();
  await page.getByRole('article', { name: nameOf(10), exact: true }).waitFor({ state: 'detached' });
  await bar.getByText(`${each} of ${nameOf(0)}`).waitFor();
  operator.change(nameOf(0), { resources: [resource(0)] });
  await bar.waitFor({ state: 'detached' });
});

test('nothing differs: it says so', async () => {
  for (let index = 0; index < applications; index++) operator.change(nameOf(index), { resources: [resource(0)] });
  await using visited = await open();
  await visited.page.goto('/drift');
  await visited.page.getByText('Everything is as it was delivered').waitFor();
});
