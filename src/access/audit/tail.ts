import { join } from 'node:path';
import type { Files } from '../../env/env.ts';
import { fileName, type Link, linesOf, logFiles, nothingYet, open, openLink, sha256 } from './chain.ts';
import type { AuditEntry } from './record.ts';

/** No file grows larger than this and one batch. */
export const maxFileBytes = 8 * 1024 * 1024;
export const maxReadBytes = 8 * maxFileBytes;

/** Where the next record goes. */
export interface Tail extends Link {
  file: number;
  bytes: number;
  /** Wall clock of the first record of the file. */
  beganAt: number;
  /** Records since the last checkpoint of this file, or since it begins. */
  unsigned: number;
  /** Wall clock of the last checkpoint; 0: none in the last file. */
  signedAt: number;
  /** What was found behind the last record, to be recorded. */
  found: AuditEntry[];
}

/**
 * Finds the end of the log. Bytes that are no record are left where they are: the log goes on in a new file, which tells of
 * them. A crash may cut that short, too: so far back as a file begins with nothing but the log about itself, what it should
 * tell may be missing.
 */
export async function findTail(files: Files, directory: string): Promise<Tail> {
  const present = logFiles(await files.list(directory));
  const newest = present.at(-1)?.number ?? 0;
  const found: AuditEntry[] = [];
  const told = new Set<string>();
  let last: (End & { file: number }) | undefined;
  for (const { name, number } of present.toReversed()) {
    const bytes = await files.read(join(directory, name), maxReadBytes);
    const end = endOf(bytes);
    if (end.length < bytes.length && !told.has(name)) found.unshift(remark(name, bytes, end.length));
    for (const file of end.told) told.add(file);
    if (end.link.seq !== 0) last ??= { ...end, file: number };
    if (end.isWell) break;
  }
  const { link = nothingYet, unsigned = 0, signedAt = 0, file, length = 0, beganAt = 0 } = last ?? {};
  const goesOn = found.length === 0 && file === newest;
  const place = goesOn ? { file, bytes: length, beganAt } : { file: newest + 1, bytes: 0, beganAt: 0 };
  return { ...link, ...place, unsigned, signedAt, found };
}

interface End {
  link: Link;
  /** Of the part that is records. */
  length: number;
  beganAt: number;
  unsigned: number;
  signedAt: number;
  /** Files of which its first records tell that they did not end well. */
  told: string[];
  /** It says something else, too: whatever comes first in a new file is there. */
  isWell: boolean;
}

/** How a new file may begin. */
const beginnings = ['audit.begun', 'audit.checkpoint', 'audit.recovered', 'audit.damaged'];

function endOf(bytes: Uint8Array): End {
  const end: End = { link: nothingYet, length: 0, beganAt: 0, unsigned: 0, signedAt: 0, told: [], isWell: false };
  for (const line of linesOf(bytes).lines) {
    const record = openLink(line);
    const follows = record !== undefined && (end.link.seq === 0 || record.previous === end.link.hash);
    if (!follows) return end;
    const signed = record.action === 'audit.checkpoint';
    if (end.link.seq === 0) end.beganAt = record.at;
    end.link = { seq: record.seq, hash: record.hash };
    end.length += line.length + 1;
    end.unsigned = signed ? 0 : end.unsigned + 1;
    if (signed) end.signedAt = record.at;
    if (!beginnings.includes(record.action)) end.isWell = true;
    else if (!signed && record.action !== 'audit.begun') end.told.push(open(line)?.detail?.file ?? '');
  }
  return end;
}

/** Half a line is what a crash leaves; anything else was done by somebody or something. */
export function remark(file: string, bytes: Uint8Array, from: number): AuditEntry {
  const rest = bytes.subarray(from);
  const torn = !rest.includes(10);
  return {
    who: 'holdfast',
    via: 'automation',
    action: torn ? 'audit.recovered' : 'audit.damaged',
    what: torn
      ? `half a line at the end of ${file}, as a crash leaves it`
      : `no records from byte ${from} of ${file} on`,
    result: 'done',
    detail: { file, bytes: rest.length, sha256: sha256(rest) },
  };
}

export function pathOf(directory: string, number: number): string {
  return join(directory, fileName(number));
}
