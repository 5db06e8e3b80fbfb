import { delimiter, flush, type Packet, PacketError, packet, readPackets } from './pkt-line.ts';
import { isRefName } from './revision.ts';

export interface RemoteRef {
  /** Object that the ref names: for an annotated tag, the tag. */
  id: string;
}

export type RemoteRefs = Map<string, RemoteRef>;

/** `modern`: the server answers `ls-refs` (protocol version 2). Otherwise it has told all its refs already. */
export type Advertisement = { modern: true } | { modern: false; refs: RemoteRefs };

/** https://git-scm.com/docs/protocol-v2#_ls_refs */
export function lsRefsRequest(prefixes: readonly string[]): string {
  const asked = [...new Set(prefixes)].map(prefix => packet(`ref-prefix ${prefix}\n`));
  return packet('command=ls-refs\n') + packet('object-format=sha1') + delimiter + asked.join('') + flush;
}

export async function readLsRefs(
  body: AsyncIterable<Uint8Array>,
  prefixes: readonly string[],
  maxBytes: number,
): Promise<RemoteRefs> {
  const refs: RemoteRefs = new Map();
  let complete = false;
  // Read to the end of the body, so that the connection can be used again.
  for await (const one of readPackets(body, maxBytes)) {
    if (complete) throw new PacketError('the list of refs goes on after its end');
    if (one.type === 'flush') complete = true;
    // A server may tell more than it was asked for.
    else addRef(refs, lineOf(one), name => prefixes.some(prefix => name.startsWith(prefix)));
  }
  if (complete) return refs;
  throw new PacketError('the list of refs has no end');
}

/** The answer to `info/refs`: of version 2 the capabilities, of 0 and 1 the refs themselves. */
export async function readAdvertisement(body: AsyncIterable<Uint8Array>, maxBytes: number): Promise<Advertisement> {
  const refs: RemoteRefs = new Map();
  const capabilities: string[] = [];
  let version: string | undefined;
  let complete = false;
  for await (const one of readPackets(body, maxBytes)) {
    if (complete) throw new PacketError('the answer goes on after its end');
    if (one.type === 'flush') {
      complete = version !== undefined; // It is the one after `# service=` otherwise.
      continue;
    }
    const line = lineOf(one);
    if (version === undefined && line.startsWith('# service=')) continue;
    const announced = version === undefined ? /^version (\d)$/.exec(line)?.[1] : undefined;
    version ??= announced ?? '0';
    if (announced !== undefined) continue;
    if (version === '2') capabilities.push(line);
    else addRef(refs, line.split('\0')[0] ?? '', () => true);
  }
  if (!complete) throw new PacketError(version === undefined ? 'the answer is empty' : 'the answer has no end');
  return version === '2' ? modern(capabilities) : { modern: false, refs };
}

function modern(capabilities: readonly string[]): Advertisement {
  const format = capabilities.find(line => line.startsWith('object-format='));
  if (format !== undefined && format !== 'object-format=sha1')
    throw new PacketError(`it has ${format}, which is not supported yet`);
  if (!capabilities.some(line => /^ls-refs(=|$)/.test(line))) throw new PacketError('it does not offer ls-refs');
  return { modern: true };
}

function lineOf(one: Packet): string {
  if (one.type !== 'data') throw new PacketError(`a ${one.type} where a line should be`);
  const line = Buffer.from(one.bytes).toString('utf8').replace(/\n$/, '');
  if (line.startsWith('ERR ')) throw new PacketError(`it says: ${line.slice(4, 200)}`);
  return line;
}

function addRef(refs: RemoteRefs, line: string, wanted: (name: string) => boolean): void {
  const match = /^([0-9a-f]{40}) (\S+)/.exec(line);
  if (match === null) throw new PacketError('a line is no ref');
  const [, id = '', name = ''] = match;
  if (/^0+$/.test(id) || name.endsWith('^{}') || !wanted(name)) return;
  if (name === 'HEAD' || (name.startsWith('refs/') && isRefName(name))) refs.set(name, { id });
}
