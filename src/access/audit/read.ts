import { join } from 'node:path';
import type { Env } from '../../env/env.ts';
import { linesOf, logFiles } from './chain.ts';
import { type AuditRecord, auditRecord } from './record.ts';
import { maxFileBytes } from './tail.ts';

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
type ReadQuery = AuditQuery & { actions?: ReadonlySet<string> };

/** Records that the query asks for, newest first. Lines that are none are left out: to judge them is `verify`'s. */
export async function* readRecords(
  env: Pick<Env, 'files' | 'timers'>,
  directory: string,
  query: ReadQuery,
): AsyncGenerator<AuditRecord> {
  const { since = 0 } = query;
  const needles = same
    .map(name => query[name])
    .filter(word => word !== undefined)
    .map(word => Buffer.from(JSON.stringify(word)));
  for (const { name } of logFiles(await env.files.list(directory)).toReversed()) {
    const { lines } = linesOf(await env.files.read(join(directory, name), 8 * maxFileBytes));
    let newest = 0;
    for (const [i, line] of lines.toReversed().entries()) {
      if (i % linesATurn === linesATurn - 1) await env.timers.sleep(0);
      const at = timeOf(line);
      newest = Math.max(newest, at);
      if (at < since || needles.some(needle => !bytesOf(line).includes(needle))) continue;
      if (query.actions !== undefined && !query.actions.has(actionOf(line))) continue;
      const record = parse(line);
      if (record !== undefined && fits(record, query)) yield record;
    }
    // Clocks jump, but not past whole files.
    if (newest < since) return;
  }
}

/** All lines as they are, oldest first. */
export async function* readLines(env: Pick<Env, 'files'>, directory: string): AsyncGenerator<Uint8Array> {
  for (const { name } of logFiles(await env.files.list(directory))) {
    const bytes = await env.files.read(join(directory, name), 8 * maxFileBytes);
    const { rest } = linesOf(bytes);
    yield bytes.subarray(0, bytes.length - rest.length);
  }
}

/** `{"seq":12,"at":1700000000000,…`, without parsing what nobody asked for. */
function timeOf(line: Uint8Array): number {
  return Number(/^\{"seq":\d+,"at":(\d+)/.exec(Buffer.from(line.subarray(0, 60)).toString('latin1'))?.[1] ?? 0);
}

const actionMark = Buffer.from('"action":"');

/** Quotes within a text are escaped, so the mark is where the field is. */
function actionOf(line: Uint8Array): string {
  const bytes = bytesOf(line);
  const from = bytes.indexOf(actionMark) + actionMark.length;
  return bytes.toString('latin1', from, bytes.indexOf(34, from));
}

function parse(line: Uint8Array): AuditRecord | undefined {
  try {
    return auditRecord.safeParse(JSON.parse(Buffer.from(line).toString('utf8'))).data;
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

/** Only what is said for people: a word of the format itself would fit every record. */
function says(
  { who, token, what, application, project, revision, author, reviewers, detail }: AuditRecord,
  text: string,
) {
  const { subject, reason, message, path, subjectOf, resource } = detail ?? {};
  const all = [
    who,
    token,
    what,
    application,
    project,
    revision,
    author,
    subject,
    reason,
    message,
    path,
    subjectOf,
    resource,
  ];
  return [...all, ...(reviewers ?? [])].some(one => one?.toLowerCase().includes(text));
}

/** Without a copy. */
function bytesOf({ buffer, byteOffset, length }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, length);
}
