import { join } from 'node:path';
import type { Files } from '../../env/env.ts';
import { type Link, logFiles, open } from './chain.ts';
import { maxReadBytes } from './tail.ts';

/** A file of the log whose time is over. */
export interface Retired {
  file: string;
  bytes: number;
  /** Its last record. */
  last: Link;
  /** When the first record after it was written. */
  at: number;
}

/** In one go. */
const maxRetired = 100;

/** The oldest files, as far as what follows them was written before `until` too. One that nothing readable follows stays: it is evidence. */
export async function findRetired(files: Files, directory: string, until: number): Promise<Retired[]> {
  const present = logFiles(await files.list(directory));
  const found: Retired[] = [];
  for (const [i, { name }] of present.slice(0, maxRetired).entries()) {
    const following = present[i + 1];
    if (following === undefined) break;
    const bytes = await files.read(join(directory, following.name), maxReadBytes);
    const record = open(bytes.subarray(0, Math.max(0, bytes.indexOf(10))));
    if (record === undefined || record.action !== 'audit.checkpoint' || record.at >= until) break;
    const { size: length = 0 } = (await files.stat(join(directory, name))) ?? {};
    found.push({ file: name, bytes: length, last: { seq: record.seq - 1, hash: record.previous }, at: record.at });
  }
  return found;
}
