import type { logFields } from './log-fields.ts';

/**
 * The edge of the world. Everything Holdfast learns from outside, and everything it does to the outside, goes through
 * an `Env`, so that the simulator can stand in for the world. `test/rules/env.test.ts` checks that no other file reaches out.
 */
export interface Env {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
  readonly hashing: Hashing;
  readonly net: Net;
  readonly files: Files;
  readonly processes: Processes;
  readonly databases: Databases;
  readonly log: Log;
}

export interface Clock {
  /** Wall clock, milliseconds since 1970. For people and records only: it may jump. */
  now(): number;
  /** Milliseconds from an arbitrary start; never goes back. For deadlines and durations. */
  monotonic(): number;
}

export interface Timers {
  /** Runs `fn` once after `ms`; the answer cancels it. Does not keep the process alive. */
  after(ms: number, fn: () => void): () => void;
  /** Resolves after `ms`; rejects with the signal's reason when it is aborted first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export interface Random {
  /** 0 ≤ x < 1 */
  fraction(): number;
  uuid(): string;
  /** For tokens and nonces: cryptographically strong. */
  bytes(length: number): Uint8Array;
}

export interface ScryptOptions {
  /** N, a power of two. */
  cost: number;
  /** r */
  blockSize: number;
  /** p */
  parallelization: number;
  length: number;
}

/** Work that is meant to be slow, beside everything else. */
export interface Hashing {
  scrypt(password: string, salt: Uint8Array, options: ScryptOptions): Promise<Uint8Array>;
}

export interface TlsOptions {
  /** PEM certificates of the authorities to trust instead of the system's. */
  ca?: string;
  cert?: string;
  key?: string;
  serverName?: string;
  insecureSkipVerify?: boolean;
}

export interface HttpRequest {
  method: string;
  /** Path and query, beginning with `/`. */
  path: string;
  headers?: Record<string, string>;
  body?: string | Uint8Array;
  signal?: AbortSignal;
  /** Deadline for the response's head; default 30 s. */
  headTimeoutMs?: number;
  /** Longest silence between two pieces of the body; default 30 s. */
  idleTimeoutMs?: number;
}

export interface HttpResponse {
  status: number;
  /** Names in lower case; repeated ones are joined with `, `. */
  headers: Record<string, string>;
  body: AsyncIterable<Uint8Array>;
  /** The whole body; throws NET_TOO_LARGE past `maxBytes`. */
  bytes(maxBytes: number): Promise<Uint8Array>;
  text(maxBytes: number): Promise<string>;
  /** Reads and drops what is left, so that the connection can be used again; cuts it when there is much. */
  discard(): Promise<void>;
}

/** A pool of connections to one origin. Follows no redirects. Failures to connect, TLS and resets throw NET_FAILED; a passed deadline NET_TIMEOUT. */
export interface HttpClient {
  request(request: HttpRequest): Promise<HttpResponse>;
  close(): Promise<void>;
}

export interface HttpClientOptions {
  /** `https://host:port` */
  origin: string;
  tls?: TlsOptions;
  /** Default 32. */
  maxConnections?: number;
  /** Asked for the address itself, after the name was looked up: why a connection may not be made (NET_FORBIDDEN), or undefined. */
  denies?: (address: string) => string | undefined;
}

export interface Net {
  http(options: HttpClientOptions): HttpClient;
  /** Addresses of a host name (an address is its own); throws NET_FAILED when there is none. */
  addresses(host: string): Promise<string[]>;
  /** Resolves when a TCP connection was accepted (and closed again); rejects otherwise. */
  probeTcp(host: string, port: number, timeoutMs: number): Promise<void>;
}

export interface FileStat {
  type: 'file' | 'directory' | 'symlink' | 'other';
  size: number;
  /** Permission bits, `0o644`. */
  mode: number;
  uid: number;
  gid: number;
  modifiedAt: number;
  inode: number;
}

export interface WriteOptions {
  /** Default 0o644, whatever the umask. */
  mode?: number;
  uid?: number;
  gid?: number;
  /** `false` where losing the file in a power cut costs nothing (caches): saves an fsync. */
  durable?: boolean;
}

/** Names of what `writeAtomic` leaves beside a file when it is killed: nobody's, once the one who wrote is gone. */
export const temporaryFile = /^\.holdfast-[0-9a-f]{12}\.tmp$/;

export interface Files {
  /** Throws FILE_TOO_LARGE past `maxBytes`, FILE_NOT_FOUND when there is none. Never follows a link at the last step when `noFollow`. */
  read(path: string, maxBytes: number, options?: { noFollow?: boolean }): Promise<Uint8Array>;
  /** Pieces of the file from byte `from`; ends at `to` (exclusive) or at the file's present end. */
  stream(path: string, range?: { from?: number; to?: number }): AsyncIterable<Uint8Array>;
  /** Temporary file beside it, fsync, rename: readers see the old or the new, never a part. */
  writeAtomic(
    path: string,
    content: Uint8Array | string | AsyncIterable<Uint8Array>,
    options?: WriteOptions,
  ): Promise<void>;
  /** With `durable`, a power cut after it costs nothing of it. */
  append(path: string, content: Uint8Array | string, options?: { durable?: boolean }): Promise<void>;
  truncate(path: string): Promise<void>;
  /** Of the path itself, links not followed; undefined when there is nothing. */
  stat(path: string): Promise<FileStat | undefined>;
  /** Names in the directory, sorted; [] when there is none. */
  list(path: string): Promise<string[]>;
  /** With its parents. Modes apply to the last one. */
  makeDirectory(path: string, options?: WriteOptions): Promise<void>;
  /** Removes a file, link, or (`recursive`) a directory with all in it; no error when there is none. */
  remove(path: string, options?: { recursive?: boolean }): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  setMode(path: string, mode: number): Promise<void>;
  setOwner(path: string, uid: number, gid: number): Promise<void>;
  link(target: string, path: string): Promise<void>;
  readLink(path: string): Promise<string>;
  /** With every link resolved; throws FILE_NOT_FOUND. */
  realPath(path: string): Promise<string>;
  temporaryDirectory(prefix: string): Promise<string>;
  /** A hint that something in this directory (not below it) changed; may be late, doubled or missing. */
  watch(directory: string, onChange: (name: string) => void): () => void;
}

export interface RunOptions {
  cwd?: string;
  /** The whole environment: nothing is inherited but PATH, when it is not given here. */
  env?: Record<string, string>;
  input?: Uint8Array | string;
  /** Default 60 s; the process group is killed when it passes (PROCESS_TIMEOUT). */
  timeoutMs?: number;
  /** Of each of stdout and stderr; default 1 MiB. More kills it (PROCESS_OUTPUT_TOO_LARGE). */
  maxOutputBytes?: number;
  uid?: number;
  gid?: number;
  signal?: AbortSignal;
}

export interface RunResult {
  /** Undefined when a signal ended it. */
  code: number | undefined;
  signal: string | undefined;
  stdout: Uint8Array;
  stderr: string;
}

export interface ExitResult {
  code: number | undefined;
  signal: string | undefined;
}

export interface Child {
  readonly pid: number;
  /** Resolves when the bytes are handed over (back-pressure). */
  write(bytes: Uint8Array): Promise<void>;
  endInput(): void;
  readonly stdout: AsyncIterable<Uint8Array>;
  readonly stderr: AsyncIterable<Uint8Array>;
  readonly exited: Promise<ExitResult>;
  kill(signal: 'SIGTERM' | 'SIGKILL'): void;
}

export interface ServiceOptions {
  cwd: string;
  env: Record<string, string>;
  /** stdout and stderr are appended here; the process lives on when Holdfast ends. */
  outputPath: string;
  uid?: number;
  gid?: number;
}

/** One process as the system knows it; `startedAt` (kernel ticks) tells it from a later one with the same id. */
export interface ProcessIdentity {
  pid: number;
  startedAt: string;
}

export interface Processes {
  /** Runs a program to its end. Never through a shell. Throws PROCESS_NOT_FOUND when there is no such program. */
  run(command: string, args: readonly string[], options?: RunOptions): Promise<RunResult>;
  /** Starts a program to talk with over its stdin and stdout. */
  spawn(
    command: string,
    args: readonly string[],
    options?: Omit<RunOptions, 'input' | 'timeoutMs' | 'maxOutputBytes'>,
  ): Child;
  /** Starts a program in its own session that outlives Holdfast. */
  startService(command: string, args: readonly string[], options: ServiceOptions): Promise<ProcessIdentity>;
  /** Whether this very process (not another with its id) is running; zombies are not. */
  isAlive(process: ProcessIdentity): Promise<boolean>;
  /** Resolves with the exit when known (our own child) or with undefineds when it was started by an earlier Holdfast. */
  waitForExit(process: ProcessIdentity, signal: AbortSignal): Promise<ExitResult>;
  /** Signals the process's whole group. No error when it has gone. */
  signalGroup(process: ProcessIdentity, signal: 'SIGTERM' | 'SIGKILL' | 'SIGINT' | 'SIGQUIT' | 'SIGHUP'): void;
  /** uid, gid and home of a user name or numeric id; undefined when there is none. */
  user(name: string): Promise<{ uid: number; gid: number; home: string } | undefined>;
  group(name: string): Promise<number | undefined>;
  /** Holdfast's own process. */
  self(): Promise<ProcessIdentity>;
  /** Environment variable of Holdfast itself. */
  variable(name: string): string | undefined;
}

export type SqlValue = string | number | bigint | Uint8Array | null;
export type SqlRow = Record<string, SqlValue>;

export interface Database {
  exec(sql: string): void;
  run(sql: string, ...values: SqlValue[]): { changes: number };
  get(sql: string, ...values: SqlValue[]): SqlRow | undefined;
  all(sql: string, ...values: SqlValue[]): SqlRow[];
  close(): void;
}

export interface Databases {
  /** Opens (or makes) the SQLite file; throws STORE_UNUSABLE when it is none. */
  open(path: string): Database;
}

export type LogFields = Partial<Record<keyof typeof logFields, string | number | boolean | undefined>>;

/** Constant messages with fields of known names. Secret values have no way in: fields are plain scalars, and bodies cannot be printed. */
export interface Log {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}
