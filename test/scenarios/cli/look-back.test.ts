import { copyFile, cp, readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RunningApi, startApi } from '../../../src/api/listen.ts';
import { memoryAccess } from '../../../src/api/testing/memory-access.ts';
import { writeOperatorFile } from '../../../src/cli/operator-file.ts';
import { type Outcome, run } from '../../../src/cli/testing/cli.ts';
import { realEnv } from '../../../src/env/real.ts';
import { configMap, type Delivery, environmentOf, startDelivery } from '../delivery/setup.ts';

// What was, asked on the command line of a real operator that went from one commit to the next and was rolled back.

const env = realEnv();
let delivery: Delivery;
let api: RunningApi;
let first: string;
let second: string;
/** Wall clock, between what happened. */
const times = { before: 0, first: 0, second: 0, rolledBack: 0 };

async function holdfast(...words: string[]): Promise<Outcome> {
  return await run(['--data-dir', `${delivery.directory}/data`, ...words], { directory: delivery.directory });
}
const iso = (at: number) => new Date(at).toISOString();
async function json(...words: string[]) {
  const { code, out, err } = await holdfast(...words, '-o', 'json');
  expect([code, err]).toEqual([0, '']);
  return JSON.parse(out);
}

beforeAll(async () => {
  times.before = Date.now() - 60_000;
  delivery = await startDelivery(name => ({
    'holdfast.yaml': environmentOf(name, [{ name, path: 'app', namespace: name }]),
    'app/a.json': configMap('a', { color: 'red' }),
  }));
  const { test: operator, repo, name, directory } = delivery;
  const { services } = operator.holdfast;
  const options = { env, host: '127.0.0.1', port: 0, token: 't', access: memoryAccess(env), metrics: services.metrics };
  api = await startApi({ ...options, operator: operator.operator });
  await writeOperatorFile(env.files, `${directory}/data`, { url: api.url, token: 't', pid: process.pid });
  const settle = async () => {
    await operator.until(name, ({ operation }) => operation?.healthyAt !== undefined);
    return Date.now();
  };
  first = (await operator.untilSynced(name)).sync.revision;
  times.first = await settle();
  second = await repo.commit({ 'app/b.json': configMap('b', { color: 'blue' }) }, { message: 'A second map' });
  await operator.untilSynced(name, second);
  times.second = await settle();
  expect((await holdfast('rollback', name)).code).toBe(0);
  times.rolledBack = await settle();
});
afterAll(async () => {
  await api?.close();
  await delivery?.[Symbol.asyncDispose]();
});

test('at says what ran before, between and after, and from whose commit', async () => {
  const { name } = delivery;
  const at = async (time: number) => (await json('at', iso(time), name)).applications[0];
  expect(await at(times.before)).toBeUndefined();
  expect(await at(times.first)).toMatchObject({ revision: first, who: 'automated', healthy: true });
  expect(await at(times.second)).toMatchObject({ revision: second, subject: 'A second map' });
  expect(await at(times.rolledBack)).toMatchObject({ revision: first, pinnedBy: 'admin', state: 'running' });
  const { out } = await holdfast('at', iso(times.second));
  expect(out).toContain(`Git at ${second.slice(0, 7)}`);
  expect(out).toMatch(new RegExp(`${name} +${second.slice(0, 7)} .* automated .*<.*> .*A second map`));
});

test('rebuild shows what bringing a moment back would do, and does nothing', async () => {
  const { name, test: operator } = delivery;
  const step = async (time: number) => (await json('rebuild', '--at', iso(time), '--dry-run', name)).applications[0];
  expect(await step(times.first)).toMatchObject({ do: 'same', revision: first });
  expect(await step(times.second)).toMatchObject({
    do: 'change',
    revision: second,
    present: first,
    resources: [{ action: 'create', key: expect.stringContaining('ConfigMap') }],
  });
  expect(await step(times.before)).toMatchObject({ do: 'remove' });
  expect(operator.status(name)?.sync).toMatchObject({ status: 'Synced', revision: first });
  const refused = await holdfast('rebuild', '--at', '1h');
  expect([refused.code, refused.err]).toEqual([2, expect.stringContaining('--dry-run')]);
});

test('audit finds by who, what and when', async () => {
  const { name } = delivery;
  expect(await json('audit', '--action', 'override')).toMatchObject([
    { action: 'override.pinned', who: 'admin', via: 'api', application: name, revision: first },
  ]);
  expect(await json('audit', '--who', 'admin', '--action', 'sync.ended')).toMatchObject([{ revision: first }]);
  expect(await json('audit', '--until', iso(times.before))).toEqual([]);
  const { out } = await holdfast('audit', '--application', name, '--since', '1h');
  expect(out).toMatch(/sync\.ended succeeded .*\(automated, automation\).* — by .*</);
});

test('delivery is measured from the log', async () => {
  expect(await json('delivery')).toMatchObject({ deployments: 2, failures: 1, changeFailureRate: 0.5 });
  expect((await holdfast('delivery', '--since', '1h')).out).toMatch(/^Change failure rate +50% \(1\)$/m);
});

test('verify passes; then a byte is changed, and it names the record', async () => {
  await delivery.test.holdfast.services.audit.settled();
  const whole = await holdfast('audit', 'verify');
  expect([whole.code, whole.out]).toEqual([0, expect.stringContaining('The log is whole')]);

  const copy = `${delivery.directory}/copy`;
  await cp(`${delivery.directory}/data/audit`, copy, { recursive: true });
  const log = `${copy}/0001.jsonl`;
  const lines = (await readFile(log, 'utf8')).split('\n');
  const at = lines.findIndex(line => line.includes('"override.pinned"'));
  await writeFile(log, lines.with(at, (lines[at] ?? '').replace('"who":"admin"', '"who":"edmin"')).join('\n'));
  const changed = await holdfast('audit', 'verify', copy);
  expect(changed.code).toBe(1);
  expect(changed.out).toContain(`record ${at + 1} (0001.jsonl:${at + 1}): it is not as it was written`);

  const exported = await holdfast('audit', 'export');
  await writeFile(`${copy}/export.jsonl`, `${exported.out}\n`);
  const key = `${delivery.directory}/auditor.pem`;
  await copyFile(`${copy}/public-key.pem`, key);
  expect(await holdfast('audit', 'verify', `${copy}/export.jsonl`, '--key', key)).toMatchObject({ code: 0 });
  const first20 = `${exported.out.split('\n').slice(0, 6).join('\n')}\n`;
  await writeFile(`${copy}/export.jsonl`, first20);
  const { seq, hash } = JSON.parse(exported.out.split('\n').at(-1) ?? '');
  const expecting = ['audit', 'verify', `${copy}/export.jsonl`, '--key', key, '--expect', `${seq}:${hash}`];
  expect(await holdfast(...expecting)).toMatchObject({ code: 1, out: expect.stringContaining('cut off') });
});

test('what is measured can be scraped by whoever may; whether it is ready, by anybody', async () => {
  const ask = async (path: string, token?: string) =>
    await fetch(`${api.url}${path}`, { headers: token === undefined ? {} : { authorization: `Bearer ${token}` } });
  expect((await ask('/metrics')).status).toBe(401);
  const answer = await ask('/metrics', 't');
  expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  const text = await answer.text();
  expect(text).toContain('holdfast_applications{sync="Synced",health="Healthy"} 1\n');
  expect(text).toContain('holdfast_syncs_total{result="succeeded",by="automation"} 2\n');
  expect(text).toContain('holdfast_syncs_total{result="succeeded",by="person"} 1\n');
  expect(text).toMatch(/^holdfast_target_requests_total\{method="PATCH",code="2xx"\} [2-9]$/m);
  expect(text).toMatch(/^holdfast_git_checks_total\{result="done"\} \d+$/m);
  expect(text).toMatch(/^holdfast_reconcile_seconds_count \d+$/m);
  expect(text).toMatch(/^holdfast_renders_total\{result="rendered"\} \d+$/m);
  expect(text).toContain('holdfast_audit_failing 0\n');
  expect(text).not.toContain(delivery.name);
  const ready = await ask('/readyz');
  expect([ready.status, await ready.text()]).toEqual([200, 'ready\n']);
});
