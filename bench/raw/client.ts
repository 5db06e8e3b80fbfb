// The minimal client, a process of its own: sends prepared requests at a fixed concurrency, and looks at nothing but the
// status of each answer. What it reaches is what the API server takes.

import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { Pool } from 'undici';
import type { RawRequest, RawResult, RawWork } from './protocol.ts';

let stopped = false;

async function perform(work: RawWork): Promise<RawResult> {
  const { server, caFile, token, userAgent, concurrency, http2, requests } = work;
  const connections = http2 ? 1 : concurrency;
  const connect = { ca: readFileSync(caFile, 'utf8') };
  const pool = new Pool(server, { connections, connect, allowH2: http2, pipelining: http2 ? concurrency : 1 });
  const headers = {
    authorization: `Bearer ${token}`,
    'user-agent': userAgent,
    // The least that a client can ask for.
    accept: 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json',
  };
  const result: RawResult = { seconds: 0, sent: 0, failed: 0, cpuSeconds: 0 };
  let next = 0;

  async function send({ method, path, body, contentType }: RawRequest): Promise<void> {
    const answer = await pool.request({
      method,
      path,
      headers: { ...headers, ...(contentType === undefined ? {} : { 'content-type': contentType }) },
      body: body ?? null,
    });
    result.sent++;
    if (answer.statusCode < 300) return void (await answer.body.dump());
    result.failed++;
    result.failure ??= `${method} ${path}: ${answer.statusCode} ${(await answer.body.text()).slice(0, 300)}`;
  }

  async function oneAfterAnother(): Promise<void> {
    while (!stopped && (work.forever || next < requests.length)) {
      const turn = next++;
      if (work.perSecond !== undefined) {
        const due = began + (turn / work.perSecond) * 1_000 - performance.now();
        if (due > 0) await delay(due);
      }
      const request = requests[turn % requests.length];
      if (request !== undefined) await send(request);
    }
  }

  const before = process.cpuUsage();
  const began = performance.now();
  await Promise.all(Array.from({ length: concurrency }, oneAfterAnother));
  result.seconds = (performance.now() - began) / 1_000;
  const { user, system } = process.cpuUsage(before);
  result.cpuSeconds = (user + system) / 1e6;
  await pool.destroy();
  return result;
}

process.on('disconnect', () => process.exit(1));
process.on('message', (message: RawWork | 'stop') => {
  if (message === 'stop') {
    stopped = true;
    return;
  }
  const answer = (text: object) => process.send?.(text);
  perform(message).then(answer, error => answer({ error: String(error) }));
});
