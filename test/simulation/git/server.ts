import type { ServerAnswer, ServerRequest, SimServer } from '../env/server.ts';
import type { Verdict } from '../faults/point.ts';
import type { ModelGit } from './model-git.ts';
import type { ObjectStore } from './objects.ts';
import { packOf } from './pack.ts';

const advertisementType = 'application/x-git-upload-pack-advertisement';
const resultType = 'application/x-git-upload-pack-result';
const flush = '0000';

/** `git.test`: smart HTTP, version 2. What the git program asks for is answered elsewhere (program.ts). */
export function gitServer(repositories: ReadonlyMap<string, ModelGit>, objects: ObjectStore): SimServer {
  return {
    addresses: ['203.0.113.7'],
    point: request => ({
      kind: isFetch(request) ? 'git.fetch' : 'git.refs',
      detail: `${request.method} ${parse(request.path).name}`,
    }),
    handle(request, verdict) {
      const { name, service } = parse(request.path);
      const repository = repositories.get(name);
      if (repository === undefined) return plain(404, 'not found');
      if (repository.status !== 200) return plain(repository.status, 'no');
      if (service === '/info/refs') return { status: 200, headers: type(advertisementType), body: advertisement };
      const body = isFetch(request) ? fetched(repository, objects, request) : lsRefs(repository, request, verdict);
      return { status: 200, headers: type(resultType), body };
    },
  };
}

function parse(path: string): { name: string; service: string } {
  const [, name = '', service = ''] = /^\/(.*?)(?:\.git)?(\/info\/refs|\/git-upload-pack)(?:\?.*)?$/.exec(path) ?? [];
  return { name, service };
}

const advertisement = [
  packet('# service=git-upload-pack\n'),
  flush,
  packet('version 2\n'),
  packet('agent=git/model\n'),
  packet('ls-refs=unborn\n'),
  packet('fetch=shallow\n'),
  packet('object-format=sha1\n'),
  flush,
].join('');

function lsRefs(repository: ModelGit, request: ServerRequest, verdict: Verdict): string {
  const prefixes = [...request.body.matchAll(/ref-prefix (.*)\n/g)].map(([, prefix = '']) => prefix);
  const refs = repository.refs(verdict?.do === 'stale' ? (verdict.by ?? 1) : 0);
  const lines: string[] = [];
  for (const [name, id] of refs) {
    if (prefixes.some(prefix => name.startsWith(prefix))) lines.push(packet(`${id} ${name}\n`));
  }
  return lines.join('') + flush;
}

function isFetch({ body }: ServerRequest): boolean {
  return body.includes('command=fetch');
}

function fetched(repository: ModelGit, objects: ObjectStore, { body }: ServerRequest): string | Buffer {
  const named = (word: string) =>
    [...body.matchAll(new RegExp(`${word} ([0-9a-f]{40})\n`, 'g'))].map(([, id = '']) => id);
  const wants = named('want');
  const foreign = wants.find(id => !repository.has(id));
  if (foreign !== undefined) return packet(`ERR upload-pack: not our ref ${foreign}`);
  const known = new Set(named('have').flatMap(id => [...objects.reachable(id)]));
  const wanted = new Set(wants.flatMap(id => [...objects.reachable(id)]));
  const pack = packOf(
    objects,
    [...wanted].filter(id => !known.has(id)),
  );
  const pieces: Buffer[] = [Buffer.from(packet('packfile\n'))];
  for (let at = 0; at < pack.length; at += 60_000) {
    const piece = pack.subarray(at, at + 60_000);
    pieces.push(Buffer.from((piece.length + 5).toString(16).padStart(4, '0')), Buffer.from([1]), piece);
  }
  return Buffer.concat([...pieces, Buffer.from(flush)]);
}

function packet(text: string): string {
  return (text.length + 4).toString(16).padStart(4, '0') + text;
}

function type(name: string): Record<string, string> {
  return { 'content-type': name };
}

function plain(status: number, body: string): ServerAnswer {
  return { status, headers: type('text/plain'), body };
}
