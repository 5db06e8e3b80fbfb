import { join } from 'node:path';
import type { Env } from '../../env/env.ts';
import { logFiles } from './chain.ts';
import { type AuditRecord, auditRecord } from './record.ts';
import { maxReadBytes } from './tail.ts';

export interface AuditQuery {
  application?: string;
  /** Of the application, at that time; or the project itself. */
  project?: string;
  /** Name, or the beginning of an action: `sync`, `override.pinned`. */
  who?: string;
  action?: string;
  via?: string;
  result?: string;
  /** In any of its words, a revision or an author; case does not matter. */
  text?: string;
  /** Milliseconds since 1970, inclusive. */
  since?: number;
  until?: number;
  /** Only records with a smaller number: the next page. */
  before?: number;
}

/** Lines between two turns of the event loop. */
const linesATurn = 1_000;

/** Besides, only records of these actions: the lines of others are not parsed. */
export type ReadQuery = AuditQuery & { actions?: ReadonlySet<string> };

/**
 * Records that the query asks for, newest first, until the signal ends it; one file of the log is in memory at a time. Lines that are
 * none are left out: to judge them is `verify`'s.
 */
export async function* readRecords(
  env: Pick<Env, 'files' | 'timers'>,
  directory: string,
  query: ReadQuery,
  signal?: AbortSignal,
): AsyncGenerator<AuditRecord> {
  const { since = 0, until = Number.POSITIVE_INFINITY } = query;
  const [needle, ...others] = same
    .map(name => query[name])
    .filter(word => word !== undefined)
    .map(word => Buffer.from(JSON.stringify(word)));
  const text = query.text === undefined ? undefined : JSON.stringify(query.text).slice(1, -1).toLowerCase();
  let read = 0;
  for (const { name } of logFiles(await env.files.list(directory)).toReversed()) {
    signal?.throwIfAborted();
    const bytes = bytesOf(await env.files.read(join(directory, name), maxReadBytes));
    for (const line of linesBackwards(bytes, needle)) {
      if (++read % linesATurn === 0) await env.timers.sleep(0);
      signal?.throwIfAborted();
      const at = timeOf(line);
      if (at < since || at > until || others.some(other => !line.includes(other))) continue;
      if (query.actions !== undefined && !query.actions.has(actionOf(line))) continue;
      if (text !== undefined && !line.toString('utf8').toLowerCase().includes(text)) continue;
      const record = parse(line);
      if (record !== undefined && fits(record, query)) yield record;
    }
    // Clocks jump, but not past whole files.
    const [last] = linesBackwards(bytes);
    if (Math.max(timeOf(bytes), last === undefined ? 0 : timeOf(last)) < since) return;
  }
}

/** Whole lines, the last one first, without taking apart what nobody asks for; with a needle only those that hold it. */
function* linesBackwards(bytes: Buffer, needle?: Buffer): Generator<Buffer> {
  let end = bytes.lastIndexOf(10);
  while (end > 0) {
    const found = needle === undefined ? end - 1 : bytes.subarray(0, end).lastIndexOf(needle);
    if (found < 0) return;
    const start = bytes.lastIndexOf(10, found) + 1;
    yield bytes.subarray(start, bytes.indexOf(10, found));
    end = start - 1;
  }
}

/** All lines as they are, oldest first, in pieces: whoever takes them slowly holds no file. */
export async function* readLines({ files }: Pick<Env, 'files'>, directory: string): AsyncGenerator<Uint8Array> {
  for (const { name } of logFiles(await files.list(directory))) {
    const path = join(directory, name);
    // A file that grows meanwhile is read as far as it was.
    const { size = 0 } = (await files.stat(path)) ?? {};
    let rest = Buffer.alloc(0);
    for await (const piece of files.stream(path, { from: 0, to: size })) {
      const bytes = Buffer.concat([rest, piece]);
      const end = bytes.lastIndexOf(10) + 1;
      rest = bytes.subarray(end);
      if (end > 0) yield bytes.subarray(0, end);
    }
  }
}

/** When its first record was written, of a log that does not begin with the first of all. */
export async function beginningOf(files: Env['files'], directory: string): Promise<number | undefined> {
  const [first] = logFiles(await files.list(directory));
  if (first === undefined || first.number === 1) return undefined;
  const bytes = bytesOf(await files.read(join(directory, first.name), maxReadBytes));
  const isFirst = bytes.subarray(0, 9).equals(Buffer.from('{"seq":1,'));
  return isFirst ? undefined : timeOf(bytes);
}

/** `{"seq":12,"at":1700000000000,…`, without parsing what nobody asked for. */
function timeOf(line: Buffer): number {
  return Number(/^\{"seq":\d+,"at":(\d+)/.exec(line.toString('latin1', 0, 60))?.[1] ?? 0);
}

const actionMark = Buffer.from('"action":"');

/** Quotes within a text are escaped, so the mark is where the field is. */
function actionOf(line: Buffer): string {
  const from = line.indexOf(actionMark) + actionMark.length;
  return line.toString('latin1', from, line.indexOf(34, from));
}

function parse(line: Buffer): AuditRecord | undefined {
  try {
    return auditRecord.safeParse(JSON.parse(line.toString('utf8'))).data;
  } catch {
    return undefined;
  }
}

function fits(record: AuditRecord, query: AuditQuery): boolean {
  const { seq, at, action } = record;
  return (
    same.every(name => query[name] === undefined || record[name] === query[name]) &&
    (query.action === undefined || action === query.action || action.startsWith(`${query.action}.`)) &&
    at <= (query.until ?? Number.POSITIVE_INFINITY) &&
    seq < (query.before ?? Number.POSITIVE_INFINITY) &&
    (query.text === undefined || says(record, query.text.toLowerCase()))
  );
}

const same = ['application', 'project', 'who', 'via', 'result'] as const;

const saidOfAll = ['who', 'token', 'what', 'application', 'project', 'revision', 'author'] as const;
const saidInDetail = ['subject', 'reason', 'message', 'path', 'subjectOf', 'resource'] as const;

/** Only what is said for people: a word of the format itself would fit every record. */
function says(record: AuditRecord, text: string): boolean {
  const { reviewers = [], delivered, takenBack, detail } = record;
  const commits = [...(delivered?.listed ?? []), ...(takenBack?.listed ?? [])].flatMap(commit => [
    ...[commit.id, commit.author, commit.committer, commit.subject],
    ...[...(commit.reviewers ?? []), ...(commit.signedOff ?? [])],
  ]);
  const all = [...saidOfAll.map(name => record[name]), ...saidInDetail.map(name => detail?.[name])];
  return [...all, ...reviewers, ...commits].some(one => one?.toLowerCase().includes(text));
}

/** Without a copy. */
function bytesOf({ buffer, byteOffset, length }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, length);
}
