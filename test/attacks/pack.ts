import { createHash } from 'node:crypto';
import { deflateSync } from 'node:zlib';
import { delimiter, flush, packet } from '../../src/git/pkt-line.ts';

/** An object of a pack, with a size that need not be the right one. */
export interface PackObject {
  type: 'commit' | 'tree' | 'blob' | 'delta';
  content: Uint8Array;
  claimedSize?: number;
  /** For a delta: id of its base. */
  base?: string;
}

const types = { commit: 1, tree: 2, blob: 3, delta: 7 } as const;

/** A pack of these objects, with a right or a wrong checksum. */
export function pack(objects: readonly PackObject[], options: { wrongChecksum?: boolean } = {}): Buffer {
  const head = Buffer.alloc(12);
  head.write('PACK');
  head.writeUInt32BE(2, 4);
  head.writeUInt32BE(objects.length, 8);
  const bodies = objects.map(({ type, content, claimedSize, base }) =>
    Buffer.concat([
      objectHead(types[type], claimedSize ?? content.length),
      base === undefined ? Buffer.alloc(0) : Buffer.from(base, 'hex'),
      deflateSync(content),
    ]),
  );
  const body = Buffer.concat([head, ...bodies]);
  const sum = createHash('sha1').update(body).digest();
  if (options.wrongChecksum) sum[0] = (sum[0] ?? 0) ^ 1;
  return Buffer.concat([body, sum]);
}

function objectHead(type: number, size: number): Buffer {
  const bytes: number[] = [];
  let rest = Math.floor(size / 16);
  bytes.push((type << 4) | (size % 16) | (rest > 0 ? 128 : 0));
  for (; rest > 0; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | (rest >= 128 ? 128 : 0));
  return Buffer.from(bytes);
}

/** A delta that claims to make so many bytes out of a base of so many. */
export function deltaOf(baseSize: number, resultSize: number): Buffer {
  const copies = Math.ceil(resultSize / 0xffff);
  // Copies 65535 bytes from the base's start, again and again.
  const copy = Buffer.from([0b1011_0000, 0xff, 0xff]);
  return Buffer.concat([...[baseSize, resultSize].map(variable), ...Array.from({ length: copies }, () => copy)]);
}

function variable(size: number): Buffer {
  const bytes: number[] = [];
  let rest = size;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  bytes.push(rest);
  return Buffer.from(bytes);
}

export function idOf(type: string, content: Uint8Array): string {
  return createHash('sha1').update(`${type} ${content.length}\0`).update(content).digest('hex');
}

/** The answer to a `fetch` of protocol version 2 that gives this pack. */
export function fetchAnswer(bytes: Uint8Array): Buffer {
  const pieces: Buffer[] = [
    Buffer.from(packet('acknowledgments\n') + packet('ready\n') + delimiter + packet('packfile\n')),
  ];
  for (let at = 0; at < bytes.length; at += 60_000) {
    const piece = bytes.subarray(at, at + 60_000);
    const head = (piece.length + 5).toString(16).padStart(4, '0');
    pieces.push(Buffer.concat([Buffer.from(`${head}\x01`), piece]));
  }
  return Buffer.concat([...pieces, Buffer.from(flush)]);
}
