import { createHash } from 'node:crypto';
import { deflateSync } from 'node:zlib';
import type { ObjectStore } from './objects.ts';

const typeNumbers = { commit: 1, tree: 2, blob: 3, tag: 4 } as const;

/** Most of the time of packing a small object goes into making room for large ones. */
const cheap = { level: 1, memLevel: 1, windowBits: 9 };

/** A pack of these objects, each whole: https://git-scm.com/docs/pack-format */
export function packOf(store: ObjectStore, ids: Iterable<string>): Buffer {
  const entries: Buffer[] = [];
  for (const id of ids) {
    const object = store.get(id);
    if (object === undefined) throw new Error(`there is no object ${id}`);
    entries.push(head(typeNumbers[object.type], object.bytes.length), deflateSync(object.bytes, cheap));
  }
  const start = Buffer.alloc(12);
  start.write('PACK', 'latin1');
  start.writeUInt32BE(2, 4);
  start.writeUInt32BE(entries.length / 2, 8);
  const pack = Buffer.concat([start, ...entries]);
  return Buffer.concat([pack, createHash('sha1').update(pack).digest()]);
}

function head(type: number, size: number): Buffer {
  const bytes: number[] = [];
  let rest = size >> 4;
  bytes.push((type << 4) | (size & 15) | (rest > 0 ? 0x80 : 0));
  for (; rest > 0; rest >>= 7) bytes.push((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0));
  return Buffer.from(bytes);
}
