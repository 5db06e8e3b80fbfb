import { createHash } from 'node:crypto';
import { extname, join } from 'node:path';
import type { Files } from '../env/env.ts';
import { accepts } from './accept-encoding.ts';

/** One file of the web UI on its way to a browser. */
export interface WebFile {
  body: Uint8Array;
  headers: Record<string, string>;
}

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** Written by the build beside each file, where it is smaller. */
const encodings = [
  ['br', '.br'],
  ['gzip', '.gz'],
] as const;

const maxBytes = 4 * 1024 * 1024;
const aYear = 'public, max-age=31536000, immutable';

/** The web UI as scripts/build-web.ts builds it. Read anew each time: a few files a visit, and no memory of them between visits. */
export class WebFiles {
  readonly #files: Files;
  readonly #directory: string;

  constructor(files: Files, directory: string) {
    this.#files = files;
    this.#directory = directory;
  }

  /** `accepted`: the header Accept-Encoding. Undefined: there is none of this name. */
  async file(path: string, accepted: string): Promise<WebFile | undefined> {
    const type = types[extname(path)];
    // Names of one directory, or of its directory assets: nothing leads out of it.
    if (type === undefined || !/^\/(assets\/)?[\w-][\w.-]*$/.test(path)) return undefined;
    // The build names assets after their content.
    const isForever = path.startsWith('/assets/');
    const headers = { 'content-type': type, vary: 'accept-encoding' };
    for (const [encoding, ending] of encodings) {
      if (!accepts(accepted, encoding)) continue;
      const body = await this.#read(path + ending);
      if (body !== undefined) {
        return { body, headers: { ...headers, ...keeping(body, isForever), 'content-encoding': encoding } };
      }
    }
    const body = await this.#read(path);
    return body && { body, headers: { ...headers, ...keeping(body, isForever) } };
  }

  /** The one page: it finds out by itself what its address shows. Undefined: nothing was built. */
  async page(accepted: string): Promise<WebFile | undefined> {
    return await this.file('/index.html', accepted);
  }

  async #read(path: string): Promise<Uint8Array | undefined> {
    const full = join(this.#directory, path);
    const stat = await this.#files.stat(full);
    return stat?.type === 'file' ? await this.#files.read(full, maxBytes) : undefined;
  }
}

function keeping(body: Uint8Array, isForever: boolean): Record<string, string> {
  if (isForever) return { 'cache-control': aYear };
  const tag = createHash('sha256').update(body).digest('base64url').slice(0, 22);
  return { 'cache-control': 'no-cache', etag: `"${tag}"` };
}
