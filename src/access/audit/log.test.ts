import { basename } from 'node:path';
import { expect, test } from 'vitest';
import { linesOf, open } from './chain.ts';
import { publicKey } from './key.ts';
import type { AuditEntry, AuditRecord } from './record.ts';
import { happening, MemoryDisk, memoryLog } from './testing.ts';
import { Verifier } from './verify.ts';

const first = '/data/audit/0001.jsonl';

function records(disk: MemoryDisk): AuditRecord[] {
  const files = [...disk.content.keys()].filter(path => path.endsWith('.jsonl')).toSorted();
  return files.flatMap(path => linesOf(disk.content.get(path)!).lines.flatMap(line => open(line) ?? []));
}

async function verdict(disk: MemoryDisk, from = 1) {
  const verifier = new Verifier({ key: publicKey(disk.text('/data/audit/public-key.pem'), ''), from });
  for (const [path, bytes] of [...disk.content].toSorted())
    if (path.endsWith('.jsonl')) await verifier.file(basename(path), [bytes]);
  return verifier.end();
}

const words = (disk: MemoryDisk) =>
  records(disk).map(({ action, what }) => (action.startsWith('audit.') ? action : what));

test('nothing is made before something happens', async () => {
  const disk = new MemoryDisk();
  const { audit } = memoryLog(disk);
  await audit.close();
  expect([...disk.content.keys()]).toEqual([]);
});

test('records are numbered, chained and signed; the key is readable by its owner only', async () => {
  const disk = new MemoryDisk();
  const { audit } = memoryLog(disk);
  audit.record(happening('a'));
  audit.record(happening('b'));
  await audit.settled();
  expect(words(disk)).toEqual(['audit.begun', 'a', 'b', 'audit.checkpoint']);
  expect(records(disk).map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
  expect(disk.modes.get('/data/audit-key.pem')).toBe(0o600);
  expect(disk.text('/data/audit/public-key.pem')).not.toContain('PRIVATE');
  expect(await verdict(disk)).toMatchObject({ ok: true, records: 4, last: 4, signedUntil: 4, checkpoints: 1 });
});

test('a checkpoint comes every so many records, when the last is an hour old, and at the stop', async () => {
  const disk = new MemoryDisk();
  const { audit, clock } = memoryLog(disk, { checkpointEvery: 3 });
  const told = async (what: string, more: Partial<AuditEntry> = {}) => {
    audit.record(happening(what, more));
    await audit.settled();
  };
  for (const what of ['a', 'b', 'c', 'd']) await told(what);
  clock.ms += 3_600_000;
  await told('e');
  await told('stop', { action: 'operator.stopped' });
  const sign = 'audit.checkpoint';
  expect(words(disk)).toEqual(['audit.begun', 'a', sign, 'b', 'c', 'd', sign, 'e', sign, 'stop', sign]);
});

test('the next operator goes on where the last one was', async () => {
  const disk = new MemoryDisk();
  const before = memoryLog(disk);
  before.audit.record(happening('a'));
  await before.audit.close();
  const { audit } = memoryLog(disk);
  audit.record(happening('b'));
  await audit.close();
  expect(words(disk)).toEqual(['audit.begun', 'a', 'audit.checkpoint', 'b']);
  expect(await verdict(disk)).toMatchObject({ ok: true, last: 4, signedUntil: 3 });
});

const filesOf = (disk: MemoryDisk) => [...disk.content.keys()].filter(path => path.endsWith('.jsonl')).toSorted();
const firstOf = (disk: MemoryDisk, path: string) => open(linesOf(disk.content.get(path)!).lines[0]!);

test('files are ended when they are full or a month old, and each begins with the signature of all before it', async () => {
  const disk = new MemoryDisk();
  const { audit, clock } = memoryLog(disk, { maxFileBytes: 1_500 });
  const ended = new Map<string, string>();
  for (let i = 0; i < 12; i++) {
    audit.record(happening(`number ${i}`));
    await audit.settled();
    for (const path of filesOf(disk).slice(0, -1)) ended.set(path, ended.get(path) ?? disk.text(path));
  }
  const full = filesOf(disk).length;
  expect(full).toBeGreaterThan(2);
  clock.ms += 31 * 86_400_000;
  audit.record(happening('a month later'));
  await audit.settled();
  expect(filesOf(disk)).toHaveLength(full + 1);
  for (const [path, text] of ended) expect(disk.text(path)).toBe(text);
  for (const path of filesOf(disk).slice(1)) expect(firstOf(disk, path)).toMatchObject({ action: 'audit.checkpoint' });
  expect(await verdict(disk)).toMatchObject({ ok: true });
});

test('a batch is as large as a file may be, whatever the records hold', async () => {
  const disk = new MemoryDisk();
  const { audit } = memoryLog(disk, { maxFileBytes: 3_000_000 });
  const sources = Array.from({ length: 100 }, () => ({ repoURL: 'x'.repeat(900), revision: 'y', from: 'z' }));
  for (let i = 0; i < 100; i++) audit.record(happening(`number ${i}`, { sources }));
  await audit.settled();
  const sizes = filesOf(disk).map(path => disk.content.get(path)!.length);
  expect(Math.max(...sizes)).toBeLessThan(4_200_000);
  expect(records(disk).filter(({ action }) => action === 'override.suspended')).toHaveLength(100);
  expect(await verdict(disk)).toMatchObject({ ok: true });
});

/** Ten files of one record each and more, a week apart, with ninety days to be kept. */
async function keptForNinetyDays() {
  const disk = new MemoryDisk();
  const { audit, clock } = memoryLog(disk, { maxFileBytes: 300, retentionMs: 90 * 86_400_000 });
  for (let i = 0; i < 30; i++) {
    audit.record(happening(`week ${i}`));
    await audit.settled();
    clock.ms += 7 * 86_400_000;
  }
  return { disk, now: clock.ms };
}

test('what is older than is to be kept goes in whole files, and the rest still verifies and says so', async () => {
  const { disk, now } = await keptForNinetyDays();
  const left = records(disk);
  const weeks = left.filter(({ what }) => what.startsWith('week'));
  expect(weeks.length).toBeLessThan(20);
  // Nothing that is to be kept went.
  expect(weeks[0]?.at).toBeLessThan(now - 90 * 86_400_000);
  expect(weeks.length).toBeGreaterThanOrEqual(12);
  expect(left[0]).toMatchObject({ action: 'audit.checkpoint' });
  const { ok, retired, first } = await verdict(disk);
  expect([ok, retired]).toEqual([true, { before: first, at: left[0]?.at }]);
});

test.each<[string, (disk: MemoryDisk) => void]>([
  ['one more file is taken away', disk => disk.content.delete(filesOf(disk)[0]!)],
  [
    'the record of it is taken away',
    disk => {
      for (const path of filesOf(disk))
        disk.content.set(path, Buffer.from(disk.text(path).replace(/^.*"audit\.retired".*\n/gm, '')));
    },
  ],
  [
    'the signature that the log begins with is taken away',
    disk => {
      const path = filesOf(disk)[0]!;
      disk.content.set(path, Buffer.from(disk.text(path).replace(/^.*\n/, '')));
    },
  ],
])('retention hides no deletion: %s', async (_, change) => {
  const { disk } = await keptForNinetyDays();
  change(disk);
  expect((await verdict(disk)).ok).toBe(false);
});

test('without a retention nothing is ever removed, nor where the clock may be wrong: right after a start', async () => {
  for (const retentionMs of [undefined, 90 * 86_400_000]) {
    const disk = new MemoryDisk();
    const before = memoryLog(disk, { maxFileBytes: 300 });
    for (let i = 0; i < 5; i++) {
      before.audit.record(happening('x'));
      await before.audit.settled();
    }
    const files = filesOf(disk).length;
    const { audit, clock } = memoryLog(disk, {
      maxFileBytes: 300,
      ...(retentionMs === undefined ? {} : { retentionMs }),
    });
    clock.ms += 1_000 * 86_400_000;
    audit.record(happening('with a wrong clock'));
    await audit.settled();
    expect(filesOf(disk).length).toBeGreaterThanOrEqual(files);
  }
});

test.each([1, 30, 200])('a line torn by a crash, %i bytes of it, is told from tampering', async length => {
  const disk = new MemoryDisk();
  const before = memoryLog(disk);
  for (const what of ['a', 'b']) {
    before.audit.record(happening(what));
    await before.audit.settled();
  }
  const whole = disk.content.get(first)!;
  const lastLine = whole.lastIndexOf(10, whole.length - 2) + 1;
  disk.content.set(first, whole.subarray(0, lastLine + length));
  expect(await verdict(disk)).toMatchObject({ ok: true, torn: true });

  const { audit, said } = memoryLog(disk);
  audit.record(happening('c'));
  await audit.settled();
  expect(words(disk).filter(word => word !== 'audit.checkpoint')).toEqual(['audit.begun', 'a', 'audit.recovered', 'c']);
  expect(disk.content.get(first)).toHaveLength(lastLine + length);
  expect(said).toContain('The audit log was not whole');
  expect(await verdict(disk)).toMatchObject({ ok: true, torn: false });

  // What the crash left is evidence, too.
  disk.content.set(first, disk.content.get(first)!.subarray(0, lastLine));
  expect((await verdict(disk)).findings[0]?.message).toMatch(/the half line at the end of/);
});

test('what is changed before a restart stays visible, and is recorded', async () => {
  const disk = new MemoryDisk();
  const before = memoryLog(disk);
  for (const what of ['a', 'b', 'c']) {
    before.audit.record(happening(what));
    await before.audit.settled();
  }
  disk.content.set(first, Buffer.from(disk.text(first).replace('"what":"b"', '"what":"x"')));
  const { audit } = memoryLog(disk);
  audit.record(happening('d'));
  await audit.settled();
  expect(words(disk).slice(-3)).toContain('audit.damaged');
  expect(await verdict(disk)).toMatchObject({ ok: false, findings: [{ seq: 4, file: '0001.jsonl' }, {}, {}, {}] });
});

test.each([0, 100, 700])('a full disk, after %i bytes: it goes on, says so, and records the gap', async room => {
  const disk = new MemoryDisk();
  const { audit, said, passTime } = memoryLog(disk, { maxWaiting: 5 });
  audit.record(happening('before'));
  await audit.settled();
  disk.room = room;
  for (let i = 0; i < 8; i++) audit.record(happening(`full ${i}`));
  await audit.settled();
  expect(said).toContain('The audit log cannot be written; it is tried again');
  expect(audit.state).toMatchObject({ lost: 3, failure: expect.stringMatching(/no space/) });
  await passTime();
  disk.room = Number.POSITIVE_INFINITY;
  await passTime();
  expect(audit.state.failure).toBeUndefined();
  const all = records(disk);
  expect(all.filter(({ what }) => what.startsWith('full')).map(({ what }) => what)).toEqual(
    [0, 1, 2, 3, 4].map(i => `full ${i}`),
  );
  expect(all.find(({ action }) => action === 'audit.gap')?.detail).toMatchObject({ lost: 3 });
  expect(await verdict(disk)).toMatchObject({ ok: true });
});

test('what is told later keeps its place and its time; what never comes is left out', async () => {
  const disk = new MemoryDisk();
  const { audit, passTime } = memoryLog(disk);
  audit.record(happening('a'), Promise.resolve({ author: 'Backdev' }));
  audit.record(happening('b'), Promise.reject(new Error('gone')));
  audit.record(happening('c'), new Promise(() => {}));
  audit.record(happening('d'));
  await Promise.resolve();
  await passTime();
  const all = records(disk).filter(({ action }) => !action.startsWith('audit.'));
  expect(all.map(({ what, author }) => [what, author])).toEqual([
    ['a', 'Backdev'],
    ['b', undefined],
    ['c', undefined],
    ['d', undefined],
  ]);
  expect(all.map(({ at }) => at)).toEqual(all.map(({ at }) => at).toSorted((a, b) => a - b));
});

test('there are no fields for bodies, and texts are short', async () => {
  const disk = new MemoryDisk();
  const { audit } = memoryLog(disk);
  const entry = { ...happening('x'.repeat(5_000)), body: 'hunter2', detail: { reason: 'ok', password: 'hunter2' } };
  audit.record(entry);
  await audit.settled();
  expect(disk.text(first)).not.toContain('hunter2');
  expect(records(disk)[1]).toMatchObject({ what: expect.stringMatching(/^x{999}…$/), detail: { reason: 'ok' } });
});

test('a key that is none leaves the log unsigned, and is said', async () => {
  const disk = new MemoryDisk();
  disk.content.set('/data/audit-key.pem', Buffer.from('no key'));
  const { audit, said } = memoryLog(disk);
  audit.record(happening('a'));
  await audit.settled();
  expect(words(disk)).toEqual(['audit.begun', 'a']);
  expect(said).toContain('The audit log cannot be signed');
});
