import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { linesOf, seal } from './chain.ts';
import { publicKey } from './key.ts';
import { happening, MemoryDisk, memoryLog } from './testing.ts';
import { type Verdict, Verifier, type VerifyOptions } from './verify.ts';

const name = '0001.jsonl';
let whole: Buffer;
let pem: string;

beforeAll(async () => {
  const disk = new MemoryDisk();
  const { audit } = memoryLog(disk, { checkpointEvery: 5 });
  for (let i = 0; i < 12; i++) {
    audit.record(happening(`number ${i}`));
    await audit.settled();
  }
  audit.record(happening('the last', { action: 'operator.stopped' }));
  await audit.close();
  whole = disk.content.get('/data/audit/0001.jsonl')!;
  pem = disk.text('/data/audit/public-key.pem');
});

async function verify(bytes: Uint8Array, options: Partial<VerifyOptions> = {}): Promise<Verdict> {
  const verifier = new Verifier({ key: publicKey(pem, 'key'), ...options });
  await verifier.file(name, [bytes.subarray(0, 700), bytes.subarray(700)]);
  return verifier.end();
}

const lines = () => linesOf(whole).lines.map(line => Buffer.from(line));
const joined = (parts: readonly Uint8Array[]) => Buffer.concat(parts.flatMap(part => [part, Buffer.from('\n')]));

test('an untouched log is right to its last record', async () => {
  const last = lines().length;
  expect(await verify(whole)).toMatchObject({
    ok: true,
    records: last,
    first: 1,
    last,
    signedUntil: last,
    torn: false,
  });
});

test('any change of any byte is found', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), async (at, change) => {
      const edited = Buffer.from(whole);
      edited[at] = edited[at]! ^ change;
      // The last line end taken away is a torn line, as a crash leaves it: it takes the last checkpoint with it.
      const { ok, torn, signedUntil } = await verify(edited);
      return at === whole.length - 1 ? torn && signedUntil < lines().length : !ok;
    }),
    { numRuns: 800 },
  );
});

test('any record taken out before the last checkpoint is found, and it is said where', async () => {
  const all = lines();
  for (let at = 0; at < all.length - 1; at++) {
    const { ok, findings } = await verify(joined(all.toSpliced(at, 1)));
    expect([at, ok, findings[0]?.seq]).toEqual([at, false, at + 1]);
  }
});

test('any two records in each other’s place are found', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(lines().length - 1), fc.nat(lines().length - 1), async (a, b) => {
      fc.pre(a !== b);
      const all = lines();
      [all[a], all[b]] = [all[b]!, all[a]!];
      return !(await verify(joined(all))).ok;
    }),
  );
});

test('any record put in, or doubled, is found', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(lines().length), fc.nat(lines().length - 1), async (at, from) => {
      const all = lines();
      return !(await verify(joined(all.toSpliced(at, 0, all[from]!)))).ok;
    }),
  );
});

test('a chain written anew from any record on is found by the next checkpoint', async () => {
  const texts = lines().map(line => JSON.parse(line.toString('utf8')));
  // The last two are the end of the run and the checkpoint about it.
  for (let from = 0; from < texts.length - 1; from++) {
    let link = from === 0 ? { seq: 0, hash: '0'.repeat(64) } : { seq: from, hash: texts[from - 1].hash as string };
    const forged = texts.slice(from).map(({ seq: _s, at, previous: _p, hash: _h, ...entry }, i) => {
      const sealed = seal(i === 0 ? { ...entry, who: 'attacker' } : entry, at, link);
      link = sealed.link;
      return Buffer.from(sealed.line.trimEnd());
    });
    const { ok, findings } = await verify(joined([...lines().slice(0, from), ...forged]));
    expect([from, ok]).toEqual([from, false]);
    expect(findings.some(({ message }) => /written anew/.test(message))).toBe(true);
  }
});

test('one record replaced by another that is whole in itself is found by the one after it', async () => {
  const texts = lines().map(line => JSON.parse(line.toString('utf8')));
  for (let at = 0; at < texts.length - 1; at++) {
    const { seq, at: time, previous, hash: _, ...entry } = texts[at];
    const { line } = seal({ ...entry, who: 'attacker' }, time, { seq: seq - 1, hash: previous });
    const { ok, findings } = await verify(joined(lines().with(at, Buffer.from(line.trimEnd()))));
    expect([at, ok, findings[0]?.seq, findings[0]?.message]).toEqual([
      at,
      false,
      at + 2,
      expect.stringMatching(/replaced/),
    ]);
  }
});

test.each([
  ['nothing', () => Buffer.alloc(0), /no records/],
  ['no checkpoint', () => joined(lines().slice(0, 2)), /nothing is signed/],
  ['something else', () => Buffer.from('hello\n'), /not as it was written/],
])('%s is no log', async (_, bytes, message) => {
  const { findings } = await verify(bytes());
  expect(findings.map(finding => finding.message).join('\n')).toMatch(message);
});

test('another key is not taken for the right one', async () => {
  const other = new MemoryDisk();
  const { audit } = memoryLog(other);
  audit.record(happening('a'));
  await audit.settled();
  const otherKey = { fingerprint: 'SHA256:other', verifies: () => true };
  expect((await verify(whole, { key: otherKey })).findings[0]?.message).toMatch(/another key/);
});

test('a log that was cut off, its checkpoints too, is found by what was seen before', async () => {
  const all = lines();
  const { seq, hash } = JSON.parse(all.at(-1)!.toString('utf8'));
  const cut = joined(all.slice(0, 7));
  expect(await verify(cut)).toMatchObject({ ok: true, last: 7 });
  expect((await verify(cut, { expect: { seq, hash } })).findings[0]?.message).toMatch(/the end was cut off/);
  expect((await verify(whole, { expect: { seq, hash } })).ok).toBe(true);
  expect((await verify(whole, { expect: { seq, hash: 'f'.repeat(64) } })).ok).toBe(false);
});

test('a log whose first files are elsewhere is verified from where it begins', async () => {
  const later = joined(lines().slice(8));
  expect((await verify(later)).findings[0]?.message).toBe('records 1 to 8 are missing');
  expect(await verify(later, { from: 9 })).toMatchObject({ ok: true, first: 9 });
});

test('in a log of several files, any byte flipped, line taken out, or two lines or files swapped is found', async () => {
  const disk = new MemoryDisk();
  const { audit } = memoryLog(disk, { checkpointEvery: 4, maxFileBytes: 2_000 });
  for (let i = 0; i < 14; i++) {
    audit.record(happening(`number ${i}`));
    await audit.settled();
  }
  audit.record(happening('the last', { action: 'operator.stopped' }));
  await audit.close();
  const names = [...disk.content.keys()].filter(path => path.endsWith('.jsonl')).toSorted();
  const files = names.map(path => disk.content.get(path)!);
  expect(files.length).toBeGreaterThan(2);
  const judge = async (changed: readonly Buffer[]) => {
    const verifier = new Verifier({ key: publicKey(disk.text('/data/audit/public-key.pem'), 'key') });
    for (const [i, bytes] of changed.entries()) await verifier.file(names[i]!, [bytes]);
    return verifier.end();
  };
  const whole = await judge(files);
  expect(whole).toMatchObject({ ok: true, signedUntil: whole.last });

  const linesIn = (bytes: Buffer) => linesOf(bytes).lines.map(line => Buffer.from(line));
  const all = files.flatMap((bytes, file) => linesIn(bytes).map((_, line) => [file, line] as const));
  const withLines = (change: (lines: Buffer[][]) => void) => {
    const split = files.map(linesIn);
    change(split);
    return split.map(joined);
  };
  for (const [file, line] of all) {
    const isLast = file === files.length - 1 && line === linesIn(files[file]!).length - 1;
    const verdict = await judge(withLines(split => split[file]!.splice(line, 1)));
    // The last checkpoint: what is left is whole, but does not reach as far as the one that was seen.
    if (isLast) expect(verdict).toMatchObject({ ok: true, last: whole.last - 1 });
    else expect([file, line, verdict.ok]).toEqual([file, line, false]);
  }
  await fc.assert(
    fc.asyncProperty(
      fc.nat(files.length - 1),
      fc.nat(),
      fc.integer({ min: 1, max: 255 }),
      async (file, place, change) => {
        const edited = Buffer.from(files[file]!);
        const at = place % edited.length;
        const isEnd = file === files.length - 1 && at === edited.length - 1;
        edited[at] = edited[at]! ^ change;
        const { ok, signedUntil } = await judge(files.with(file, edited));
        return isEnd ? signedUntil < whole.last : !ok;
      },
    ),
    { numRuns: 150 },
  );
  await fc.assert(
    fc.asyncProperty(fc.nat(all.length - 1), fc.nat(all.length - 1), async (one, other) => {
      fc.pre(one !== other);
      const [[a, i], [b, j]] = [all[one]!, all[other]!];
      const swapped = withLines(split => {
        [split[a]![i], split[b]![j]] = [split[b]![j]!, split[a]![i]!];
      });
      return !(await judge(swapped)).ok;
    }),
    { numRuns: 100 },
  );
  for (let cut = 1; cut < files.length; cut++) {
    expect((await judge(files.toSpliced(cut - 1, 1))).ok).toBe(false);
    const { seq, hash } = JSON.parse(linesIn(files.at(-1)!).at(-1)!.toString('utf8'));
    const verifier = new Verifier({
      key: publicKey(disk.text('/data/audit/public-key.pem'), ''),
      expect: { seq, hash },
    });
    for (const [i, bytes] of files.slice(0, cut).entries()) await verifier.file(names[i]!, [bytes]);
    expect(verifier.end().findings.map(({ message }) => message)).toContainEqual(expect.stringMatching(/cut off/));
  }
});
