import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AuditEntry } from '../../src/access/audit/record.ts';
import { MemoryDisk, memoryLog } from '../../src/access/audit/testing.ts';
import { sampleStatus, sampleSync } from '../../src/api/testing/memory-operator.ts';
import { realEnv } from '../../src/env/real.ts';
import type { Controller } from '../../src/reconcile/controller.ts';
import { createPast } from '../../src/reconcile/past.ts';
import type { SignInWorld } from '../world/sign-in.ts';
import { startAccountsWorld } from './accounts-world.ts';
import { startBrowser, visit } from './browser.ts';

// Whoever commits, names resources, prints logs or changes something by hand writes markup wherever a page shows their words.

const markup = '<img src=x onerror="window.hit=1"><script>window.hit=1</script>';
const link = 'javascript:window.hit=1';
const revision = '0123456789abcdef0123456789abcdef01234567';
const at = Date.now() - 60_000;
const key = `apps/Deployment/evil/${markup}`;

function hostile() {
  const id = { group: 'apps', kind: 'Deployment', namespace: 'evil', name: markup };
  const drift = {
    ...({ kind: 'changed', by: { name: markup, at } } as const),
    changes: [{ path: `/data/${markup}`, live: markup, declared: markup }],
  };
  const health = { status: 'Degraded', message: markup } as const;
  const rest = { id, key, health, hook: false, wave: 0, summary: markup, message: markup, drift };
  const operation = sampleSync('evil', {
    ...{
      startedBy: markup,
      reason: markup,
      message: markup,
      result: 'failed',
      revision,
      startedAt: at,
      endedAt: at + 1,
    },
    results: [{ key, action: 'change', phase: 'Sync', result: 'failed', message: markup }],
  });
  return sampleStatus('evil', {
    ...{ project: 'shop', health, operation, labels: { evil: markup }, resources: [{ ...rest, sync: 'OutOfSync' }] },
    source: { repoURL: link, path: markup, targetRevision: markup, type: 'kustomize' },
    sync: { status: 'OutOfSync', revision, message: markup },
    conditions: [{ type: 'SyncError', level: 'error', message: markup, advice: markup }],
    suspended: { by: markup, at, reason: markup },
    observedAt: at,
  });
}

let world: SignInWorld;
let browser: Browser;

beforeAll(async () => {
  world = await startAccountsWorld();
  browser = await startBrowser();
  const { operator } = world;
  operator.put(hostile());
  operator.logLines = async function* () {
    yield { source: 'web', text: markup, at };
  };
  const disk = new MemoryDisk();
  const { audit, clock } = memoryLog(disk);
  clock.ms = at;
  const said: AuditEntry = {
    ...{ who: markup, via: 'git', what: markup, result: 'done', application: 'evil', project: 'shop', author: markup },
    ...{ revision, sources: [{ repoURL: link, revision, from: markup }], reviewers: [markup] },
    ...{ action: 'revision.declared', detail: { subject: markup, repository: link, reason: markup, message: markup } },
  };
  const delivered = { count: 1, listed: [{ id: revision, author: markup, subject: markup, at }] };
  audit.record(said);
  audit.record({ ...said, action: 'override.suspended', via: 'ui' });
  audit.record({ ...said, action: 'drift.found', detail: { resource: key, drift: 'changed', fields: [markup] } });
  audit.record({ ...said, action: 'sync.ended', result: 'succeeded', delivered });
  audit.record({ ...said, action: 'access.denied', result: 'refused', from: markup });
  await audit.settled();
  const services = { env: { ...realEnv(), files: disk.files }, audit };
  Object.assign(operator, { past: createPast({ services, find: () => undefined } as unknown as Controller) });
});
afterAll(async () => {
  await browser?.close();
  await world?.[Symbol.asyncDispose]();
});

const pages = [
  '/applications',
  '/applications?view=tiles',
  '/applications/evil',
  `/applications/evil?resource=${encodeURIComponent(key)}`,
  '/applications/evil/history',
  '/drift',
  '/activity',
  '/activity?tab=records',
  '/activity?tab=moment',
  '/settings',
  `/applications?q=${encodeURIComponent(markup)}`,
  `/applications/${encodeURIComponent(markup)}`,
  `/login?error=${encodeURIComponent(markup)}&to=${encodeURIComponent(link)}`,
];

test.each(pages)('%s shows it as text, and follows none of it', async path => {
  await using visited = await visit(browser, world.home, path.startsWith('/login') ? {} : { as: 'ops' });
  const { page, complaints } = visited;
  await page.goto(path);
  await page.getByRole('main').first().waitFor();
  await page.waitForLoadState('networkidle').catch(() => {});
  expect(await page.evaluate('window.hit')).toBeUndefined();
  expect(await page.locator('img[src="x"], [onerror]').count()).toBe(0);
  const links = await page.evaluate<string[]>('[...document.querySelectorAll("a[href]")].map(one => one.href)');
  expect(links.filter(href => !/^https?:/.test(href))).toEqual([]);
  // A script that was stopped only by the page's policy would be one too many.
  expect(complaints.filter(text => /content security policy|violates/i.test(text))).toEqual([]);
});

test('it is there to be seen, on the pages that are about it', async () => {
  for (const path of ['/applications/evil', '/drift', '/activity']) {
    await using visited = await visit(browser, world.home, { as: 'ops' });
    await visited.page.goto(path);
    await visited.page.getByText('onerror="window.hit=1"').first().waitFor();
  }
});
