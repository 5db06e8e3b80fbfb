import { createHash } from 'node:crypto';
import { inflateSync } from 'node:zlib';
import { applyDelta, sizeIn } from './delta.ts';
import { type GitObject, idOf, type objectTypes } from './loose-object.ts';
import { PacketError } from './pkt-line.ts';

/** More is for the git program, which takes a pack to the disk as it comes. */
const maxObjects = 500;
const maxInflatedBytes = 16 * 1024 * 1024;

const typeNumbers = { 1: 'commit', 2: 'tree', 3: 'blob', 4: 'tag' } as const satisfies Record<
  number,
  (typeof objectTypes)[number]
>;
const refDelta = 7;

interface Delta {
  base: string;
  bytes: Buffer;
}

/**
 * The objects of a pack, by id; bases that are not in it come from `baseOf`. Throws PacketError when anything is not as
 * https://git-scm.com/docs/pack-format says, or there is more of it than fits in memory well.
 */
export async function unpack(
  pack: Buffer,
  baseOf: (id: string) => Promise<GitObject | undefined>,
): Promise<Map<string, GitObject>> {
  const { whole, deltas } = entriesOf(pack);
  const found = new Map(whole.map(object => [idOf(object), object]));
  let left = deltas;
  // A base may itself be made by a delta further on.
  for (let resolved = 1; left.length > 0 && resolved > 0; ) {
    const waiting: Delta[] = [];
    for (const delta of left) {
      const base = found.get(delta.base) ?? (await baseOf(delta.base));
      if (base === undefined) waiting.push(delta);
      else {
        const object = { type: base.type, content: applyDelta(base.content, delta.bytes, maxInflatedBytes) };
        found.set(idOf(object), object);
      }
    }
    resolved = left.length - waiting.length;
    left = waiting;
  }
  if (left.length > 0) throw new PacketError('the base of a delta is missing');
  return found;
}

function entriesOf(pack: Buffer): { whole: GitObject[]; deltas: Delta[] } {
  const end = pack.length - 20;
  const isPack = end >= 12 && pack.toString('latin1', 0, 4) === 'PACK' && pack.readUInt32BE(4) === 2;
  if (!isPack) throw new PacketError('it does not begin as a pack');
  const sum = createHash('sha1').update(pack.subarray(0, end)).digest();
  if (!sum.equals(pack.subarray(end))) throw new PacketError('its checksum is another');
  const count = pack.readUInt32BE(8);
  if (count > maxObjects) throw new PacketError(`it holds ${count} objects`);

  const whole: GitObject[] = [];
  const deltas: Delta[] = [];
  let at = 12;
  let inflated = 0;
  for (let n = 0; n < count; n++) {
    const first = pack[at] ?? 0;
    const number = (first >> 4) & 7;
    const { size, next } = sizeIn(pack, at, 4);
    at = next;
    inflated += size;
    if (inflated > maxInflatedBytes) throw new PacketError('it is too large');
    const base = number === refDelta ? pack.toString('hex', at, at + 20) : '';
    if (number === refDelta) at += 20;
    const { content, length } = inflate(pack.subarray(at, end), size);
    at += length;
    const type = typeNumbers[number as keyof typeof typeNumbers];
    if (number === refDelta) deltas.push({ base, bytes: content });
    else if (type !== undefined) whole.push({ type, content });
    else throw new PacketError(`it holds an object of type ${number}`);
  }
  if (at !== end) throw new PacketError('it goes on after its last object');
  return { whole, deltas };
}

/** How many bytes the compressed form takes is not written anywhere: inflating tells. */
function inflate(bytes: Buffer, size: number): { content: Buffer; length: number } {
  try {
    const options = { info: true, maxOutputLength: Math.max(size, 1) };
    // With `info`, which the types do not know, the answer says how much of the input was used.
    const { buffer, engine } = inflateSync(bytes, options) as unknown as {
      buffer: Buffer;
      engine: { bytesWritten: number };
    };
    if (buffer.length === size) return { content: buffer, length: engine.bytesWritten };
  } catch {
    // Said below.
  }
  throw new PacketError('an object in it cannot be inflated to its size');
}
