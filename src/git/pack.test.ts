import { createHash } from 'node:crypto';
import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type GitObject, idOf } from './loose-object.ts';
import { unpack } from './pack.ts';
import { PacketError } from './pkt-line.ts';

interface Entry {
  type: number;
  content: Buffer;
  /** Id of the base of a delta. */
  base?: string;
}

function packOf(entries: readonly Entry[], count = entries.length): Buffer {
  const head = Buffer.alloc(12);
  head.write('PACK', 'latin1');
  head.writeUInt32BE(2, 4);
  head.writeUInt32BE(count, 8);
  const bodies = entries.flatMap(({ type, content, base = '' }) => [
    size(content.length, 4, type << 4),
    Buffer.from(base, 'hex'),
    deflateSync(content),
  ]);
  return sealed(Buffer.concat([head, ...bodies]));
}

function sealed(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, createHash('sha1').update(bytes).digest()]);
}

function size(value: number, bits: number, mark = 0): Buffer {
  const bytes = [mark | (value & ((1 << bits) - 1))];
  for (let rest = value >> bits; rest > 0; rest >>= 7) {
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) | 0x80;
    bytes.push(rest & 0x7f);
  }
  return Buffer.from(bytes);
}

/** A delta of a copy from the start of the base, and text of its own. */
function deltaOf(base: Buffer, taken: number, added: string): Buffer {
  const copy = taken === 0 ? [] : [0x80 | 0x10 | 0x20, taken & 0xff, taken >> 8];
  const insert = added === '' ? [] : [added.length, ...Buffer.from(added)];
  return Buffer.concat([size(base.length, 7), size(taken + added.length, 7), Buffer.from([...copy, ...insert])]);
}

const blob = (text: string): GitObject => ({ type: 'blob', content: Buffer.from(text) });
const base = blob('a line\n'.repeat(200));
const nothing = async () => undefined;
const inMirror = async (id: string) => (id === idOf(base) ? base : undefined);

test('objects and deltas of them come out with the ids that git gives them', async () => {
  const piece = fc.record({ taken: fc.nat(base.content.length), added: fc.stringMatching(/^[a-z]{0,100}$/) });
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.string(), { maxLength: 5 }),
      fc.array(piece, { maxLength: 5 }),
      async (texts, pieces) => {
        const deltas = pieces.map(({ taken, added }) => ({
          type: 7,
          base: idOf(base),
          content: deltaOf(base.content, taken, added),
        }));
        const found = await unpack(
          packOf([...deltas, ...texts.map(text => ({ type: 3, content: Buffer.from(text) }))]),
          inMirror,
        );
        const made = pieces.map(({ taken, added }) => base.content.toString().slice(0, taken) + added);
        expect([...found.keys()].sort()).toEqual(
          [...new Set([...texts, ...made].map(text => idOf(blob(text))))].sort(),
        );
      },
    ),
  );
});

test('a delta whose base is made by a later one', async () => {
  const middle = blob(`${base.content.toString().slice(0, 700)}middle`);
  const pack = packOf([
    { type: 7, base: idOf(middle), content: deltaOf(middle.content, 706, 'end') },
    { type: 7, base: idOf(base), content: deltaOf(base.content, 700, 'middle') },
  ]);
  const found = await unpack(pack, inMirror);
  expect([...found.keys()]).toContain(idOf(blob(`${middle.content.toString()}end`)));
});

test('whatever is wrong in it is said, and nothing comes out under a name that is not its own', async () => {
  const pack = packOf([
    { type: 3, content: Buffer.from('one') },
    { type: 7, base: idOf(base), content: deltaOf(base.content, 300, 'more') },
  ]);
  const body = pack.subarray(0, -20);
  await fc.assert(
    fc.asyncProperty(
      fc.nat(body.length - 1),
      fc.integer({ min: 1, max: 255 }),
      fc.boolean(),
      async (at, flip, reseal) => {
        const spoiled = Buffer.from(body);
        spoiled[at] = (spoiled[at] ?? 0) ^ flip;
        const whole = reseal ? sealed(spoiled) : Buffer.concat([spoiled, pack.subarray(-20)]);
        const found = await unpack(whole, inMirror).catch((error: unknown) => {
          expect(error).toBeInstanceOf(PacketError);
          return new Map<string, GitObject>();
        });
        for (const [id, object] of found) expect(idOf(object)).toBe(id);
        if (!reseal) expect(found.size).toBe(0);
      },
    ),
    { numRuns: 500 },
  );
});

test.each([
  ['nothing', Buffer.alloc(0)],
  ['a head alone', packOf([]).subarray(0, 20)],
  ['more objects than it says', packOf([{ type: 3, content: Buffer.from('x') }], 0)],
  ['fewer objects than it says', packOf([{ type: 3, content: Buffer.from('x') }], 2)],
  ['too many objects', packOf([], 1_000_000)],
  [
    'a size that is a lie',
    sealed(
      Buffer.concat([packOf([]).subarray(0, 8), Buffer.from([0, 0, 0, 1]), size(2 ** 27, 4, 3 << 4), deflateSync('x')]),
    ),
  ],
  ['a bomb', packOf([{ type: 3, content: Buffer.alloc(20 * 1024 * 1024) }])],
  ['a delta by offset', packOf([{ type: 6, content: Buffer.from('x') }])],
  ['a base that nobody has', packOf([{ type: 7, base: 'a'.repeat(40), content: deltaOf(base.content, 1, '') }])],
  ['two deltas of each other', packOf([{ type: 7, base: 'a'.repeat(40), content: Buffer.from([1, 1, 1, 0x61]) }])],
])('refused: %s', async (_, pack) => {
  await expect(unpack(pack, nothing)).rejects.toBeInstanceOf(PacketError);
});
