import { readFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { createInterface } from 'node:readline';
import type { Access } from '../test/world/access.ts';
import type { KubeObject } from '../test/world/kube-client.ts';

export interface Seen {
  type: 'ADDED' | 'MODIFIED' | 'DELETED';
  object: KubeObject;
  /** When it arrived, on the clock of `performance.now()`. */
  at: number;
}

/** Objects of a collection as they change from now on, seen by an admin: when something is in the cluster is what counts, not who says so. */
export class ClusterWatch implements AsyncDisposable {
  readonly #stream: IncomingMessage;
  readonly #seen: Seen[] = [];
  #wake = () => {};

  static async open(access: Access, path: string, selector = ''): Promise<ClusterWatch> {
    const list = await get(access, `${path}?limit=1`);
    const chunks: Buffer[] = [];
    for await (const chunk of list) chunks.push(chunk);
    const { resourceVersion } = JSON.parse(Buffer.concat(chunks).toString()).metadata;
    const query = new URLSearchParams({ watch: '1', resourceVersion, labelSelector: selector });
    return new ClusterWatch(await get(access, `${path}?${query}`));
  }

  private constructor(stream: IncomingMessage) {
    this.#stream = stream;
    stream.on('error', () => {});
    createInterface({ input: stream }).on('line', text => {
      this.#seen.push({ ...JSON.parse(text), at: performance.now() });
      this.#wake();
    });
  }

  /** The first event that fits, of those that came since the last that was asked for; it and those before it are forgotten. */
  async next(what: string, fits: (seen: Seen) => boolean, deadlineMs = 30_000): Promise<Seen> {
    const deadline = performance.now() + deadlineMs;
    for (;;) {
      const index = this.#seen.findIndex(fits);
      const [found] = index === -1 ? [] : this.#seen.splice(0, index + 1).slice(-1);
      if (found !== undefined) return found;
      const left = deadline - performance.now();
      if (left <= 0) throw new Error(`waited ${deadlineMs / 1_000} s for ${what}`);
      await new Promise<void>(resolve => {
        const timer = setTimeout(resolve, left);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stream.destroy();
  }
}

function get(access: Access, path: string): Promise<IncomingMessage> {
  const headers = { authorization: `Bearer ${access.adminToken}`, 'user-agent': 'bench-watch' };
  return new Promise((resolve, reject) => {
    const sent = request(`${access.server}${path}`, { headers, ca: readFileSync(access.caFile), agent: false });
    sent.on('error', reject).on('response', response => {
      if (response.statusCode === 200) resolve(response);
      else reject(new Error(`${path}: ${response.statusCode}`));
    });
    sent.end();
  });
}
