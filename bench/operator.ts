import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { Pool } from 'undici';
import { buildGo, programs } from '../scripts/build-go.ts';
import type { List } from '../src/api/list-schemas.ts';
import type { ApplicationRow } from '../src/api/schemas.ts';
import { memoryNow, watchMemory } from './measure/memory.ts';
import { processTree, treeCpu } from './measure/processes.ts';
import type { World } from './world.ts';

const program = join(import.meta.dirname, '../bin/holdfast');
const inside = pathToFileURL(join(import.meta.dirname, 'inside.js')).href;

/** What the operator's process says of itself; see inside.js. */
export interface Inside {
  delayMs: { p50: number; p99: number; p100: number };
  cpuSeconds: number;
  heapBytes: number;
  /** By port. */
  traffic: Record<string, { read: number; written: number; connections: number }>;
  renders: number;
  programs: number;
}

/** `bin/holdfast run`, as users start it. */
export interface Operator extends AsyncDisposable {
  /** Wall clock, milliseconds since 1970, when it was started. */
  startedAt: number;
  get<T>(path: string): Promise<{ body: T; bytes: number }>;
  post(path: string, body?: object): Promise<unknown>;
  applications(): Promise<ApplicationRow[]>;
  /** A page of the applications that this query asks for. */
  list(query: string): Promise<List>;
  /** Whether it says that it has looked at all that is declared. */
  ready(): Promise<boolean>;
  /** Tells it to look at Git now: what a webhook does. */
  refresh(): Promise<unknown>;
  inside(): Promise<Inside>;
  tell(command: 'reset' | 'pause' | 'resume'): Promise<void>;
  /** Of all its processes so far, seconds. */
  cpu(): number;
  peakBytes(): number;
  bytesNow(): number;
  /** kill -9 of all its processes. */
  kill(): Promise<void>;
}

export interface OperatorOptions {
  interval?: string;
  /** The same data as an earlier one. */
  dataDirectory?: string;
}

/** Resolves when its API answers. */
export async function startOperator(world: World, options: OperatorOptions = {}): Promise<Operator> {
  const { interval, dataDirectory = join(world.directory, 'data') } = options;
  const socket = join(world.directory, `inside-${process.hrtime.bigint()}`);
  const run = ['--data-dir', dataDirectory, 'run', '--repo', world.repoUrl, '--kubeconfig', world.holdfast.kubeconfig];
  const child = spawn(program, [...run, ...(interval === undefined ? [] : ['--interval', interval])], {
    detached: true,
    stdio: ['pipe', 'ignore', 'pipe'],
    env: {
      ...process.env,
      HOLDFAST_RENDERER: await buildGo(programs.renderer),
      HOLDFAST_BENCH_SOCKET: socket,
      NODE_OPTIONS: `--import=${inside}`,
    },
  });
  const startedAt = Date.now();
  const pid = child.pid ?? -1;
  const memory = watchMemory(pid);
  let printed = '';
  child.stderr.setEncoding('utf8').on('data', text => {
    printed = (printed + text).slice(-100_000);
  });
  child.stdin.on('error', () => {});
  const gone = new Promise<void>(resolve => child.on('exit', () => resolve()));
  let pool: Pool | undefined;
  let authorization = '';

  async function kill(): Promise<void> {
    memory.stop();
    await pool?.destroy();
    const tree = processTree(pid);
    for (const one of tree) killProcess(one.pid);
    await gone;
  }

  function running(): Pool {
    if (pool === undefined) throw new Error('the operator does not run');
    return pool;
  }

  async function request(method: 'GET' | 'POST', path: string, body?: object): Promise<string> {
    const headers = { authorization, 'content-type': 'application/json' };
    const payload = body === undefined ? null : JSON.stringify(body);
    const answer = await running().request({ method, path, headers, body: payload });
    const text = await answer.body.text();
    if (answer.statusCode >= 300) throw new Error(`${method} ${path}: ${answer.statusCode} ${text.slice(0, 500)}`);
    return text;
  }

  try {
    // Not asked while it starts: looking for the file every few milliseconds costs it nothing.
    for (const deadline = performance.now() + 60_000; !printed.includes('its API is at'); ) {
      if (child.exitCode !== null || performance.now() > deadline) throw new Error(`it does not start:\n${printed}`);
      await delay(5);
    }
    const address = JSON.parse(await readFile(join(dataDirectory, 'operator.json'), 'utf8'));
    authorization = `Bearer ${address.token}`;
    pool = new Pool(address.url, { connections: 32 });
  } catch (error) {
    await kill();
    throw error;
  }

  const operator: Operator = {
    startedAt,
    async get(path) {
      const text = await request('GET', path);
      return { body: JSON.parse(text), bytes: Buffer.byteLength(text) };
    },
    post: (path, body) => request('POST', path, body ?? {}),
    applications: async () => (await operator.get<ApplicationRow[]>('/api/v1/applications')).body,
    list: async query => (await operator.get<List>(`/api/v1/list?${query}`)).body,
    async ready() {
      const { statusCode, body } = await running().request({ method: 'GET', path: '/readyz' });
      await body.dump();
      return statusCode === 200;
    },
    refresh: () => operator.post('/api/v1/refresh'),
    inside: () => askInside(socket, 'read') as Promise<Inside>,
    tell: async command => void (await askInside(socket, command)),
    cpu: () => treeCpu(pid),
    peakBytes: () => memory.peakBytes(),
    bytesNow: () => memoryNow(pid),
    kill,
    [Symbol.asyncDispose]: kill,
  };
  return operator;
}

function killProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has gone.
  }
}

async function askInside(path: string, command: string): Promise<unknown> {
  return await new Promise((resolve, reject) => {
    let text = '';
    const socket = connect(path, () => socket.write(command));
    socket.setTimeout(10_000, () => socket.destroy(new Error('the operator does not say how it is')));
    socket.setEncoding('utf8').on('data', piece => {
      text += piece;
    });
    socket.on('error', reject).on('end', () => resolve(JSON.parse(text)));
  });
}
