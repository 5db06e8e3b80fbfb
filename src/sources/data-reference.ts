import { failure } from '../errors.ts';

const scheme = 'data:';

/** What stands inside a reference is held in memory: more than this has to come from a repository. */
const maxBytes = 32 * 1024 * 1024;

/** A reference that is the bytes themselves, for trees that outlive nothing: memory, a local directory, a chart. */
export function dataReference(path: string, content: Uint8Array): string {
  if (content.length > maxBytes) throw failure('FILE_TOO_LARGE', { path, limit: maxBytes });
  return scheme + Buffer.from(content).toString('base64');
}

/** Undefined when it is another kind of reference. */
export function parseDataReference(reference: string): Uint8Array | undefined {
  if (!reference.startsWith(scheme)) return undefined;
  return Buffer.from(reference.slice(scheme.length), 'base64');
}
