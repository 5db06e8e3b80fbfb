import { readFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { Agent, request as httpsRequest } from 'node:https';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import type { Access } from '../../world/access.ts';
import { waitFor } from '../../world/wait.ts';
import type { Answer, Request, Side } from './step.ts';

/** The real control plane, as the user `holdfast`. */
export function realSide(access: Access): Side & Disposable {
  const agent = new Agent({ keepAlive: true, ca: readFileSync(access.caFile) });
  const watches: IncomingMessage[] = [];

  function open({ method, path, headers, body }: Request): Promise<IncomingMessage> {
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
    const all = { ...headers, ...length, authorization: `Bearer ${access.holdfastToken}` };
    const options = { method, headers: all, agent, timeout: 150_000 };
    const request = httpsRequest(`${access.server}${path}`, options, resolve);
    request.on('error', reject);
    request.end(body);
    return promise;
  }

  async function read(response: IncomingMessage): Promise<Answer> {
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString();
    const isJson = response.headers['content-type']?.startsWith('application/json');
    return { status: response.statusCode ?? 0, body: isJson ? JSON.parse(text) : text };
  }

  return {
    send: async request => read(await open(request)),
    async watch(request) {
      const response = await open(request);
      const lines: string[] = [];
      const taken = (count: number) => ({ status: 200, body: lines.splice(0, count).map(line => JSON.parse(line)) });
      if (response.statusCode !== 200) return { answer: await read(response), events: async count => taken(count) };
      watches.push(response);
      const reader = createInterface({ input: response });
      reader.on('line', line => isReminder(line) || lines.push(line)).on('error', () => {});
      return {
        answer: { status: 200, body: undefined },
        async events(count) {
          // What does not come is missing in the comparison.
          await waitFor(`${count} events`, () => lines.length >= count).catch(() => {});
          return taken(count);
        },
      };
    },
    pass: (ms = 25) => delay(ms),
    [Symbol.dispose]() {
      for (const response of watches) response.on('error', () => {}).destroy();
      agent.destroy();
    },
  };
}

/** A bookmark that ends no list comes when the server likes to. */
function isReminder(line: string): boolean {
  return line.startsWith('{"type":"BOOKMARK"') && !line.includes('k8s.io/initial-events-end');
}
