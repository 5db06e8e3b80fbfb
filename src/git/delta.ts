import { PacketError } from './pkt-line.ts';

/** A number in groups of seven bits, the lowest first; the first byte has `bits` of them. */
export function sizeIn(bytes: Uint8Array, start: number, bits: number): { size: number; next: number } {
  let at = start;
  let byte = byteAt(bytes, at++);
  let size = byte & ((1 << bits) - 1);
  let factor = 2 ** bits;
  while ((byte & 0x80) !== 0) {
    if (at - start > 6) throw new PacketError('a size is too large');
    byte = byteAt(bytes, at++);
    size += (byte & 0x7f) * factor;
    factor *= 128;
  }
  return { size, next: at };
}

/** What a delta makes of its base: pieces of the base, and bytes of its own. https://git-scm.com/docs/pack-format#_deltified_representation */
export function applyDelta(base: Buffer, delta: Buffer, maxBytes: number): Buffer {
  const source = sizeIn(delta, 0, 7);
  const target = sizeIn(delta, source.next, 7);
  if (source.size !== base.length) throw new PacketError('a delta is for another base');
  if (target.size > maxBytes) throw new PacketError('a delta makes too much');
  const pieces: Buffer[] = [];
  let made = 0;
  for (let at = target.next; at < delta.length; ) {
    const instruction = byteAt(delta, at++);
    let piece: Buffer;
    if ((instruction & 0x80) === 0) {
      if (instruction === 0) throw new PacketError('an instruction of a delta is unknown');
      piece = delta.subarray(at, at + instruction);
      at += instruction;
      if (at > delta.length) throw new PacketError('a delta ends early');
    } else {
      const offset = sparse(delta, at, instruction, 4);
      const length = sparse(delta, offset.next, instruction >> 4, 3);
      at = length.next;
      const size = length.value === 0 ? 0x10000 : length.value;
      if (offset.value + size > base.length) throw new PacketError('a delta takes more than its base has');
      piece = base.subarray(offset.value, offset.value + size);
    }
    made += piece.length;
    if (made > target.size) throw new PacketError('a delta makes more than it says');
    pieces.push(piece);
  }
  if (made !== target.size) throw new PacketError('a delta makes less than it says');
  return Buffer.concat(pieces, made);
}

/** A number of whose bytes only those are there whose bit is set. */
function sparse(bytes: Uint8Array, start: number, bits: number, count: number): { value: number; next: number } {
  let value = 0;
  let at = start;
  for (let i = 0; i < count; i++) if ((bits & (1 << i)) !== 0) value += byteAt(bytes, at++) * 2 ** (8 * i);
  return { value, next: at };
}

function byteAt(bytes: Uint8Array, at: number): number {
  const byte = bytes[at];
  if (byte === undefined) throw new PacketError('it ends early');
  return byte;
}
