import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Agent, request as httpsRequest } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import type { Access } from './access.ts';
import { type ApiRequest, readRequest, type Verb } from './api-request.ts';

// Between a client and a real API server stands one that loses, refuses, breaks, delays and falls silent.

/** What happens to one request. */
export type Harm =
  /** The connection breaks before the API server has seen anything. */
  | { do: 'lose before' }
  /** The API server does it, and the connection breaks before the answer. */
  | { do: 'lose after' }
  /** No answer and no end; `after`: the API server does it all the same; `done`: now it has. */
  | { do: 'hang'; after?: boolean; done?: () => void }
  | { do: 'delay'; ms: number }
  /** Somebody in between answers. */
  | { do: 'answer'; status: number; body?: string; headers?: Record<string, string> }
  /** The answer ends as if it were whole after so many bytes. */
  | { do: 'truncate'; bytes: number }
  /** The connection is reset after so many bytes of the answer. */
  | { do: 'reset'; bytes: number }
  /** Another address or query: `change` gets the whole path. */
  | { do: 'ask'; change: (path: string) => string }
  /** Of a watch: each event becomes what this answers, now and later. */
  | { do: 'events'; change: (event: WatchEvent) => WatchEvent[] };

export interface WatchEvent {
  type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  // biome-ignore lint/suspicious/noExplicitAny: an object of any kind
  object: any;
}

export interface Rule {
  verb?: Verb | readonly Verb[];
  /** Of the path without the query. */
  path?: RegExp;
  /** Of those that the rest of the rule fits, from 1. Default: all. */
  nth?: number | ((nth: number) => boolean);
  /** What happens; decided for each request where it is a function (undefined: nothing). */
  harm: Harm | ((request: ProxiedRequest) => Harm | undefined | Promise<Harm | undefined>);
}

export interface ProxiedRequest extends ApiRequest {
  /** What the API server answered; 0: it was not asked, or has not answered. */
  status: number;
  /** What it was asked with. */
  token: string;
  /** When it came, monotonic ms. */
  at: number;
}

export interface FaultProxy extends AsyncDisposable {
  url: string;
  /** Of the user `holdfast`, by this way. */
  kubeconfig: string;
  /** The first rule that fits counts. Set at any time. */
  rules: Rule[];
  /** All requests so far, in order. */
  log: ProxiedRequest[];
  /** Connections so far. */
  connections: number;
  /** While set, nobody gets through: connections are reset as they come. Setting it breaks those that are. */
  down: boolean;
  /** Resets all connections, watches among them. */
  cut(): void;
  /** Ends watches as an API server does when their time is over. */
  endWatches(): void;
  /** Connections that are open stay so, and no byte comes or goes on them any more: no FIN, no reset. New ones work. */
  halfOpen(): void;
}

interface Exchange {
  request: ProxiedRequest;
  response: ServerResponse;
  silence(): void;
  end(): void;
}

export async function startFaultProxy(
  access: Access,
  directory: string,
  user: { token?: string; tokenFile?: string } = { token: access.holdfastToken },
): Promise<FaultProxy> {
  const agent = new Agent({ keepAlive: true, ca: await readFile(access.caFile) });
  const sockets = new Set<Socket>();
  const silent = new WeakSet<Socket>();
  const exchanges = new Set<Exchange>();
  let rules: Rule[] = [];
  let fits = new WeakMap<Rule, number>();
  let isDown = false;

  function forward(harm: Harm | undefined, entry: ProxiedRequest, request: IncomingMessage, response: ServerResponse) {
    const { method, headers, url = '' } = request;
    const path = harm?.do === 'ask' ? harm.change(url) : url;
    const passed = httpsRequest(`${access.server}${path}`, { method, headers, agent }, answer => {
      entry.status = answer.statusCode ?? 0;
      const exchange: Exchange = {
        ...{ request: entry, response },
        silence() {
          answer.unpipe();
          answer.resume();
        },
        end() {
          answer.unpipe();
          response.end(() => passed.destroy());
        },
      };
      exchanges.add(exchange);
      response.on('close', () => exchanges.delete(exchange));
      answer.on('error', () => response.destroy());
      if (harm?.do === 'lose after') return void answer.resume().on('end', () => response.destroy());
      if (harm?.do === 'hang') return void answer.resume().on('end', () => harm.done?.());
      const { 'content-length': _, ...unbounded } = answer.headers;
      const changes = harm?.do === 'truncate' || harm?.do === 'events';
      response.writeHead(entry.status, changes ? unbounded : answer.headers);
      if (harm?.do === 'events') return void answer.pipe(changing(harm.change)).pipe(response);
      if (harm?.do === 'truncate') return void answer.pipe(firstBytes(harm.bytes, () => exchange.end())).pipe(response);
      if (harm?.do === 'reset')
        return void answer.pipe(firstBytes(harm.bytes, () => resetSoon(response.socket))).pipe(response);
      answer.pipe(response);
    });
    passed.on('error', () => response.destroy());
    response.on('close', () => passed.destroy());
    request.pipe(passed);
  }

  function harmFor(entry: ProxiedRequest): Rule['harm'] | undefined {
    for (const rule of self.rules) {
      const verbs = rule.verb === undefined ? undefined : [rule.verb].flat();
      if (verbs !== undefined && !verbs.includes(entry.verb)) continue;
      if (rule.path !== undefined && !rule.path.test(entry.path)) continue;
      const nth = (fits.get(rule) ?? 0) + 1;
      fits.set(rule, nth);
      if (typeof rule.nth === 'function' ? rule.nth(nth) : rule.nth === undefined || rule.nth === nth) return rule.harm;
    }
    return undefined;
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    request.pause();
    const asked = readRequest(request.method ?? 'GET', request.url ?? '/');
    const token = request.headers.authorization?.replace(/^Bearer /, '') ?? '';
    const entry: ProxiedRequest = { ...asked, token, status: 0, at: performance.now() };
    self.log.push(entry);
    // Lines are changed on their way: nobody may compress them.
    delete request.headers['accept-encoding'];
    const found = harmFor(entry);
    const harm = typeof found === 'function' ? await found(entry) : found;
    if (harm?.do === 'delay') await delay(harm.ms);
    if (response.destroyed) return;
    if (harm?.do === 'lose before') return void request.socket.destroy();
    if (harm?.do === 'hang' && harm.after !== true) return void request.resume();
    if (harm?.do !== 'answer') return forward(harm, entry, request, response);
    request.resume();
    response.writeHead(harm.status, { 'content-type': 'application/json', ...harm.headers }).end(harm.body ?? '');
  }

  const server = createServer((request, response) => {
    if (silent.has(request.socket)) return;
    handle(request, response).catch(() => response.destroy());
  });
  server.on('connection', socket => {
    self.connections++;
    if (isDown) return void socket.resetAndDestroy();
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const self: FaultProxy = {
    url,
    kubeconfig: join(directory, 'through-proxy.kubeconfig'),
    get rules() {
      return rules;
    },
    set rules(now) {
      rules = now;
      fits = new WeakMap();
    },
    log: [],
    connections: 0,
    get down() {
      return isDown;
    },
    set down(now) {
      isDown = now;
      if (now) self.cut();
    },
    cut() {
      for (const socket of sockets) socket.resetAndDestroy();
    },
    endWatches() {
      for (const { request, end } of exchanges) if (request.verb === 'watch') end();
    },
    halfOpen() {
      for (const { silence } of exchanges) silence();
      for (const socket of sockets) silent.add(socket);
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      agent.destroy();
      server.close();
      await once(server, 'close');
    },
  };
  await writeFile(self.kubeconfig, JSON.stringify(kubeconfigOf(url, user)), { mode: 0o600 });
  return self;
}

function kubeconfigOf(server: string, user: object) {
  const named = (part: object) => [{ name: 'proxied', ...part }];
  return {
    ...{ apiVersion: 'v1', kind: 'Config', 'current-context': 'proxied' },
    contexts: named({ context: { cluster: 'proxied', user: 'proxied' } }),
    clusters: named({ cluster: { server } }),
    users: named({ user }),
  };
}

/** Lets so many bytes pass, and then calls back. */
function firstBytes(bytes: number, then: () => void): Transform {
  let left = bytes;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      if (left > 0) this.push(chunk.subarray(0, left));
      if (left > 0 && chunk.length >= left) setImmediate(then);
      left -= chunk.length;
      done();
    },
    flush(done) {
      if (left > 0) then();
      done();
    },
  });
}

/** What was written should arrive before. */
function resetSoon(socket: Socket | null): void {
  setTimeout(() => socket?.resetAndDestroy(), 20).unref();
}

/** Changes a stream of events, a line each. */
function changing(change: (event: WatchEvent) => WatchEvent[]): Transform {
  let rest = '';
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const lines = (rest + chunk.toString('latin1')).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        const event = JSON.parse(Buffer.from(line, 'latin1').toString('utf8')) as WatchEvent;
        for (const changed of change(event)) this.push(`${JSON.stringify(changed)}\n`);
      }
      done();
    },
  });
}
