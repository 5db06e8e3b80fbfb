import { delimiter, flush, PacketError, packet, readPackets } from './pkt-line.ts';

const channels = { data: 1, progress: 2 } as const;

/** All that the wanted lead to and the others do not, at once and without negotiation: https://git-scm.com/docs/protocol-v2#_fetch */
export function fetchRequest(wants: readonly string[], haves: readonly string[]): string {
  const lines = [
    'thin-pack',
    'no-progress',
    ...wants.map(id => `want ${id}`),
    ...haves.map(id => `have ${id}`),
    'done',
  ];
  const asked = lines.map(line => packet(`${line}\n`)).join('');
  return packet('command=fetch\n') + packet('object-format=sha1') + delimiter + asked + flush;
}

/** The pack in the answer. Throws PacketError when it is malformed, longer than `maxBytes`, or an error instead. */
export async function readFetched(body: AsyncIterable<Uint8Array>, maxBytes: number): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  let begun = false;
  let complete = false;
  for await (const one of readPackets(body, maxBytes)) {
    if (complete) throw new PacketError('the answer goes on after its end');
    if (one.type === 'flush') {
      complete = true;
      continue;
    }
    if (one.type !== 'data') throw new PacketError(`a ${one.type} where a piece of a pack should be`);
    if (!begun) {
      if (Buffer.from(one.bytes).toString('latin1') !== 'packfile\n') throw new PacketError('the answer is no pack');
      begun = true;
    } else if (one.bytes[0] === channels.data) pieces.push(one.bytes.subarray(1));
    else if (one.bytes[0] !== channels.progress) throw new PacketError('the server gave up');
  }
  if (!begun || !complete) throw new PacketError('the pack has no end');
  return Buffer.concat(pieces);
}
