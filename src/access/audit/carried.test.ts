import { basename } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { realEnv } from '../../env/real.ts';
import { ranAt } from './carried.ts';
import { publicKey } from './key.ts';
import type { AuditAction, AuditEntry } from './record.ts';
import { happening, MemoryDisk, memoryLog } from './testing.ts';
import { Verifier } from './verify.ts';

// Two logs are told the same: one keeps all of it, of the other the beginning is removed again and again.

const week = 7 * 86_400_000;
const start = 1_700_000_000_000;

interface Told {
  application: string;
  action: AuditAction;
  revision: string;
  failed: boolean;
}

const told = fc.record<Told>({
  application: fc.constantFrom('shop', 'site', 'bank'),
  action: fc.constantFrom(
    ...(['sync.ended', 'sync.ended', 'revision.healthy', 'revision.adopted', 'application.forgotten'] as const),
    ...(['health.degraded', 'health.restored', 'override.suspended', 'override.resumed'] as const),
    ...(['override.pinned', 'override.unpinned', 'git.moved'] as const),
  ),
  revision: fc.constantFrom('a1', 'b2', 'c3'),
  failed: fc.boolean(),
});

async function logOf(all: readonly Told[], retentionMs?: number) {
  const disk = new MemoryDisk();
  const options = { maxFileBytes: 300, ...(retentionMs === undefined ? {} : { retentionMs }) };
  const { audit, clock } = memoryLog(disk, options);
  for (const [i, { application, action, revision, failed }] of all.entries()) {
    clock.ms = start + i * week;
    const of: Partial<AuditEntry> = action === 'git.moved' ? {} : { application, project: 'retail' };
    const result = action === 'sync.ended' ? (failed ? 'failed' : 'succeeded') : 'done';
    const { application: _, ...common } = happening(`number ${i}`);
    audit.record({ ...common, ...of, action, revision, result, sources: [], author: 'Appdev <appdev@example.com>' });
    await audit.settled();
  }
  return { disk, env: { ...realEnv(), files: disk.files as never } };
}

async function at(log: Awaited<ReturnType<typeof logOf>>, until: number, application?: string) {
  const { then, begins } = await ranAt(log.env, '/data/audit', { until, application });
  // The other log has other numbers.
  const ran = then.list().filter(({ state }) => state === 'running');
  return { begins, environment: then.environment, ran: ran.map(({ record: _, ...rest }) => rest) };
}

test('what ran is told as if nothing had been removed, of any moment that the log still reaches', async () => {
  let compared = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(told, { minLength: 8, maxLength: 40 }), async all => {
      const [whole, cut] = [await logOf(all), await logOf(all, 5 * week)];
      for (let i = 0; i < all.length; i++) {
        const moment = start + i * week + 1_000;
        const { begins = 0, ...kept } = await at(cut, moment);
        if (begins > moment) continue;
        compared += begins > 0 ? 1 : 0;
        const { begins: _, ...expected } = await at(whole, moment);
        expect(kept).toEqual(expected);
        const one = await at(cut, moment, 'shop');
        expect(one.ran).toEqual(expected.ran.filter(({ application }) => application === 'shop'));
      }
    }),
    { numRuns: 60 },
  );
  expect(compared).toBeGreaterThan(100);
});

test('before the beginning nothing is told; the log is whole; and what is carried over names who had made it so', async () => {
  const delivered = (application: string, revision: string): Told => {
    return { application, action: 'sync.ended', revision, failed: false };
  };
  const others = Array.from({ length: 30 }, (): Told => delivered('site', 'b2'));
  const log = await logOf([delivered('shop', 'a1'), ...others], 5 * week);
  const { begins = 0, ran } = await at(log, start + 30 * week);
  expect(begins).toBeGreaterThan(start + 10 * week);
  expect(ran).toMatchObject([
    { application: 'shop', project: 'retail', revision: 'a1', since: start, who: 'appdev', author: expect.any(String) },
    { application: 'site', revision: 'b2' },
  ]);
  expect((await at(log, begins - week)).ran).toEqual([]);
  const { disk } = log;
  const files = [...disk.content].filter(([path]) => path.endsWith('.jsonl')).toSorted();
  const from = Number.parseInt(basename(files[0]?.[0] ?? ''), 10);
  const verifier = new Verifier({ key: publicKey(disk.text('/data/audit/public-key.pem'), ''), from });
  for (const [path, bytes] of files) await verifier.file(basename(path), [bytes]);
  expect(verifier.end()).toMatchObject({ ok: true });
});
