import type { ServerAnswer, ServerRequest, SimServer } from '../env/server.ts';
import type { Verdict } from '../faults/point.ts';
import type { ModelGit } from './model-git.ts';

const advertisementType = 'application/x-git-upload-pack-advertisement';
const resultType = 'application/x-git-upload-pack-result';
const flush = '0000';

/** `git.test`: smart HTTP, version 2, as far as refs are concerned. Packs are fetched by the git program (program.ts). */
export function gitServer(repositories: ReadonlyMap<string, ModelGit>): SimServer {
  return {
    addresses: ['203.0.113.7'],
    point: request => ({ kind: 'git.refs', detail: `${request.method} ${parse(request.path).name}` }),
    handle(request, verdict) {
      const { name, service } = parse(request.path);
      const repository = repositories.get(name);
      if (repository === undefined) return plain(404, 'not found');
      if (repository.status !== 200) return plain(repository.status, 'no');
      if (service === '/info/refs') return { status: 200, headers: type(advertisementType), body: advertisement };
      return { status: 200, headers: type(resultType), body: lsRefs(repository, request, verdict) };
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

function packet(text: string): string {
  return (text.length + 4).toString(16).padStart(4, '0') + text;
}

function type(name: string): Record<string, string> {
  return { 'content-type': name };
}

function plain(status: number, body: string): ServerAnswer {
  return { status, headers: type('text/plain'), body };
}
