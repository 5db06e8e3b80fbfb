/**
 * Git's framing: four hexadecimal digits of length (themselves counted), then that many bytes. `0000`, `0001`, `0002` are marks.
 * https://git-scm.com/docs/protocol-common, https://git-scm.com/docs/protocol-v2
 */
export type Packet = { type: 'data'; bytes: Uint8Array } | { type: 'flush' | 'delimiter' | 'end' };

const marks = { '0000': 'flush', '0001': 'delimiter', '0002': 'end' } as const;
const longest = 65_520;

export class PacketError extends Error {}

export function packet(text: string): string {
  const length = Buffer.byteLength(text) + 4;
  if (length > longest) throw new PacketError(`a line of ${length} bytes is too long`);
  return length.toString(16).padStart(4, '0') + text;
}

export const flush = '0000';
export const delimiter = '0001';

/** Packets of a stream. Throws PacketError when it is malformed, ends within a packet, or is longer than `maxBytes`. */
export async function* readPackets(stream: AsyncIterable<Uint8Array>, maxBytes: number): AsyncGenerator<Packet> {
  let held: Uint8Array = new Uint8Array(0);
  let total = 0;
  for await (const piece of stream) {
    total += piece.length;
    if (total > maxBytes) throw new PacketError(`the answer is longer than ${maxBytes} bytes`);
    held = held.length === 0 ? piece : Buffer.concat([held, piece]);
    let at = 0;
    for (let size = packetSize(held, at); size !== undefined; size = packetSize(held, at)) {
      yield asPacket(held.subarray(at, at + size));
      at += size;
    }
    held = held.subarray(at);
  }
  if (held.length > 0) throw new PacketError('the answer ends within a line');
}

/** Size of the whole packet at `at`; undefined when not all of it is there yet. */
function packetSize(bytes: Uint8Array, at: number): number | undefined {
  if (bytes.length - at < 4) return undefined;
  const digits = Buffer.from(bytes.subarray(at, at + 4)).toString('latin1');
  if (!/^[0-9a-f]{4}$/i.test(digits)) throw new PacketError('a line begins with no length');
  const length = Number.parseInt(digits, 16);
  if (length < 3) return 4;
  if (length === 3 || length > longest) throw new PacketError(`a line claims a length of ${length}`);
  return bytes.length - at < length ? undefined : length;
}

function asPacket(bytes: Uint8Array): Packet {
  const head = Buffer.from(bytes.subarray(0, 4)).toString('latin1');
  if (head in marks) return { type: marks[head as keyof typeof marks] };
  return { type: 'data', bytes: bytes.subarray(4) };
}
