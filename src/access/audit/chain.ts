import { createHash } from 'node:crypto';
import type { z } from 'zod';
import { type AuditEntry, type AuditRecord, auditRecord } from './record.ts';

/** What the first record follows. */
export const noHash = '0'.repeat(64);

/** Where the chain is. */
export interface Link {
  seq: number;
  hash: string;
}

export const nothingYet: Link = { seq: 0, hash: noHash };

/** `,"hash":"…64…"}` */
const sealBytes = 75;

/** The line of the record that follows, with its line end; the hash is that of all bytes before it, and a brace. */
export function seal(entry: AuditEntry, at: number, { seq, hash: previous }: Link): { line: string; link: Link } {
  const body = JSON.stringify({ seq: seq + 1, at, ...entry, previous });
  const hash = createHash('sha256').update(body).digest('hex');
  return { line: `${body.slice(0, -1)},"hash":"${hash}"}\n`, link: { seq: seq + 1, hash } };
}

/** The record that the line is, without its line end; undefined when a byte of it is not as it was written. */
export function open(line: Uint8Array): AuditRecord | undefined {
  return read(auditRecord, line);
}

const linked = auditRecord.pick({ seq: true, at: true, action: true, previous: true, hash: true });

/** What of a record the next one follows, without the rest: a start reads a whole file of them. */
export function openLink(line: Uint8Array): z.infer<typeof linked> | undefined {
  return read(linked, line);
}

function read<T>(schema: z.ZodType<T>, line: Uint8Array): T | undefined {
  if (line.length <= sealBytes) return undefined;
  const end = line.length - sealBytes;
  const hash = createHash('sha256').update(line.subarray(0, end)).update('}').digest('hex');
  if (!Buffer.from(`,"hash":"${hash}"}`).equals(line.subarray(end))) return undefined;
  try {
    const parsed = schema.safeParse(JSON.parse(Buffer.from(line).toString('utf8')));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

/** Lines of a text in memory; the last one when no line end follows it is `rest`. */
export function linesOf(bytes: Uint8Array): { lines: Uint8Array[]; rest: Uint8Array } {
  const lines: Uint8Array[] = [];
  let from = 0;
  for (let end = bytes.indexOf(10); end !== -1; end = bytes.indexOf(10, from)) {
    lines.push(bytes.subarray(from, end));
    from = end + 1;
  }
  return { lines, rest: bytes.subarray(from) };
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** `0001.jsonl`, in their order. */
export function logFiles(names: readonly string[]): { name: string; number: number }[] {
  return names
    .flatMap(name => {
      const number = /^(\d{4,9})\.jsonl$/.exec(name)?.[1];
      return number === undefined ? [] : [{ name, number: Number(number) }];
    })
    .toSorted((a, b) => a.number - b.number);
}

export function fileName(number: number): string {
  return `${String(number).padStart(4, '0')}.jsonl`;
}
