import { basename } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { publicKey } from './key.ts';
import { happening, MemoryDisk, memoryLog } from './testing.ts';
import { Verifier } from './verify.ts';

/** Operators that end in the middle of their first write, each after so many bytes; then one that does not. */
async function cutAt(bytes: readonly number[]) {
  const disk = new MemoryDisk();
  const before = memoryLog(disk);
  before.audit.record(happening('before'));
  await before.audit.settled();
  for (const room of bytes) {
    disk.room = room;
    const { audit } = memoryLog(disk);
    audit.record(happening('cut'));
    await audit.settled();
  }
  disk.room = Number.POSITIVE_INFINITY;
  const { audit } = memoryLog(disk);
  audit.record(happening('after'));
  await audit.close();
  const verifier = new Verifier({ key: publicKey(disk.text('/data/audit/public-key.pem'), '') });
  for (const [path, content] of [...disk.content].toSorted())
    if (path.endsWith('.jsonl')) await verifier.file(basename(path), [content]);
  const { ok, findings } = verifier.end();
  return { ok, findings };
}

const whole = { ok: true, findings: [] };

test('what was to be told of half a line is told by the next one, where that was cut short, too', async () => {
  // In the first line; then after the signature that a file begins with, before the end of what it tells of the file before.
  expect(await cutAt([100, 450, 500])).toEqual(whole);
});

test('wherever writes are cut, one after another, the log verifies', { timeout: 60_000 }, async () => {
  const cut = fc.integer({ min: 1, max: 1_600 });
  await fc.assert(
    fc.asyncProperty(fc.array(cut, { minLength: 1, maxLength: 4 }), async cuts => {
      expect(await cutAt(cuts)).toEqual(whole);
    }),
    { numRuns: 150 },
  );
});
