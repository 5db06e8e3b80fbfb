import { failure } from '../errors.ts';
import type { Repositories } from '../git/repositories.ts';
import type { Contents } from '../targets/target.ts';
import { parseDataReference } from './data-reference.ts';

/** Opens what `Tree.reference` gave: blobs of mirrors are streamed from them, `data:` is the bytes themselves. */
export function createContents(repositories: Pick<Repositories, 'stream'>): Contents {
  return {
    async open(reference, signal) {
      const data = parseDataReference(reference);
      if (data !== undefined) return once(data);
      if (reference.startsWith('git:')) return repositories.stream(reference, signal);
      throw failure('FILE_NOT_FOUND', { path: reference.slice(0, 100) });
    },
  };
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
