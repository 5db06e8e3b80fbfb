import { failure } from '../errors.ts';
import type { MemoryFile } from './memory-tree.ts';

const block = 512;

export interface TarLimits {
  maxEntries: number;
  maxDepth: number;
}

type Invalid = (reason: string) => Error;

/** What a header before a file says about it (pax, GNU long names). */
interface Override {
  path?: string;
  link?: string;
}

/** Files and links of a tar archive (ustar, pax, GNU), by their names; what comes later replaces what came before. */
export function readTar(bytes: Buffer, name: string, limits: TarLimits, invalid: Invalid): Map<string, MemoryFile> {
  const files = new Map<string, MemoryFile>();
  let override: Override = {};
  let entries = 0;
  for (let at = 0; at + block <= bytes.length; ) {
    const header = bytes.subarray(at, at + block);
    if (header.every(byte => byte === 0)) break;
    if (++entries > limits.maxEntries)
      throw failure('ARCHIVE_TOO_LARGE', { name, limit: limits.maxEntries, unit: 'entries' });
    checkSum(header, invalid);
    const size = octal(header, 124, 12, invalid);
    const content = bytes.subarray(at + block, at + block + size);
    if (content.length < size) throw invalid('it ends within a file');
    at += block + Math.ceil(size / block) * block;
    const type = String.fromCharCode(header[156] ?? 0);
    if (type === 'x') override = { ...override, ...readPax(content, invalid) };
    else if (type === 'L') override.path = text(content);
    else if (type === 'K') override.link = text(content);
    else if (type !== 'g') {
      const written = override.path ?? pathOf(header);
      const path = checkedPath(written, limits, invalid);
      // Old archives have directories as files whose names end in a slash.
      if (type !== '5' && !written.endsWith('/'))
        files.set(path, asFile(type, content, header, override.link, path, invalid));
      override = {};
    }
  }
  return files;
}

function asFile(
  type: string,
  content: Buffer,
  header: Buffer,
  link: string | undefined,
  path: string,
  invalid: Invalid,
): MemoryFile {
  if (type === '2') return { symlink: link ?? text(header.subarray(157, 257)) };
  if (type !== '0' && type !== '\0' && type !== '7')
    throw invalid(`${JSON.stringify(path.slice(0, 80))} is neither file nor directory`);
  return (octal(header, 100, 8, invalid) & 0o111) === 0 ? content : { content, executable: true };
}

function checkedPath(path: string, limits: TarLimits, invalid: Invalid): string {
  const shown = JSON.stringify(path.slice(0, 80));
  if (path.startsWith('/') || path.includes('\\') || path.includes('\0') || /^[a-z]:/i.test(path)) {
    throw invalid(`${shown} is no relative path`);
  }
  const parts = path.split('/').filter(part => part !== '' && part !== '.');
  if (parts.includes('..')) throw invalid(`${shown} leads out of it`);
  if (parts.length > limits.maxDepth) throw invalid(`${shown} is more than ${limits.maxDepth} directories deep`);
  return parts.join('/');
}

function pathOf(header: Buffer): string {
  const prefix = header.toString('latin1', 257, 262) === 'ustar' ? text(header.subarray(345, 500)) : '';
  const path = text(header.subarray(0, 100));
  return prefix === '' ? path : `${prefix}/${path}`;
}

/** `LENGTH key=value\n`, length in bytes and of the whole. */
function readPax(content: Buffer, invalid: Invalid): Override {
  const override: Override = {};
  for (let at = 0; at < content.length; ) {
    const space = content.indexOf(32, at);
    const length = Number(content.toString('latin1', at, space));
    if (space === -1 || !Number.isInteger(length) || length < 5 || at + length > content.length)
      throw invalid('a pax header is damaged');
    const [key = '', ...value] = content.toString('utf8', space + 1, at + length - 1).split('=');
    if (key === 'path') override.path = value.join('=');
    if (key === 'linkpath') override.link = value.join('=');
    if (key === 'size') throw invalid('it has a file with its size in a pax header');
    at += length;
  }
  return override;
}

function text(field: Buffer): string {
  const end = field.indexOf(0);
  return field.toString('utf8', 0, end === -1 ? field.length : end);
}

function octal(header: Buffer, from: number, length: number, invalid: Invalid): number {
  const digits = text(header.subarray(from, from + length)).trim();
  if (!/^[0-7]*$/.test(digits)) throw invalid('a header is damaged');
  return digits === '' ? 0 : Number.parseInt(digits, 8);
}

/** The sum of the header's bytes, with spaces in its own place. */
function checkSum(header: Buffer, invalid: Invalid): void {
  let sum = 8 * 32;
  for (const [at, byte] of header.entries()) if (at < 148 || at >= 156) sum += byte;
  if (sum !== octal(header, 148, 8, invalid)) throw invalid('the checksum of a header is wrong');
}
