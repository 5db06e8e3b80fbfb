import { createHash } from 'node:crypto';
import { deflateSync } from 'node:zlib';

export const objectTypes = ['commit', 'tree', 'blob', 'tag'] as const;

export interface GitObject {
  type: (typeof objectTypes)[number];
  content: Buffer;
}

export function idOf({ type, content }: GitObject): string {
  return createHash('sha1').update(headOf(type, content)).update(content).digest('hex');
}

/** The file that git would keep it in, below the repository's directory. */
export function looseFile(id: string, { type, content }: GitObject): { path: string; bytes: Buffer } {
  const bytes = deflateSync(Buffer.concat([headOf(type, content), content]), { level: 1 });
  return { path: `objects/${id.slice(0, 2)}/${id.slice(2)}`, bytes };
}

function headOf(type: string, content: Buffer): Buffer {
  return Buffer.from(`${type} ${content.length}\0`);
}
