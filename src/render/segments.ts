import { join } from 'node:path';
import type { Env } from '../env/env.ts';

/** Where something lies: bytes `from` to `to` of a file. */
export interface Place {
  file: number;
  from: number;
  to: number;
}

const ending = '.results';
const mostSegmentBytes = 4 * 1024 * 1024;

/**
 * Files that are only ever appended to. The newest one grows; the oldest goes when all together are too large. One file for
 * hundreds of results: making and naming one for each was a fifth of what a first sync of 10,000 applications cost.
 */
export class Segments {
  readonly #files: Env['files'];
  readonly #directory: string;
  readonly #maxBytes: number;
  /** Bytes of each file by its number, oldest first. */
  readonly #sizes = new Map<number, number>();
  #bytes = 0;
  /** The newest takes nothing more. */
  #ended = true;

  private constructor(files: Env['files'], directory: string, maxBytes: number) {
    this.#files = files;
    this.#directory = directory;
    this.#maxBytes = maxBytes;
  }

  static async open(files: Env['files'], directory: string, maxBytes: number): Promise<Segments> {
    const segments = new Segments(files, directory, maxBytes);
    const numbers = (await files.list(directory))
      .filter(name => name.endsWith(ending))
      .map(name => Number.parseInt(name, 10));
    for (const number of numbers.filter(Number.isSafeInteger).sort((a, b) => a - b)) {
      const stat = await files.stat(segments.#path(number));
      if (stat?.type === 'file') segments.#grow(number, stat.size);
    }
    return segments;
  }

  /** Oldest first. */
  get numbers(): number[] {
    return [...this.#sizes.keys()];
  }

  /** Undefined when it cannot be read. */
  async whole(file: number): Promise<Buffer | undefined> {
    return await this.read({ file, from: 0, to: this.#sizes.get(file) ?? 0 });
  }

  /** Undefined when not all of it can be read. */
  async read({ file, from, to }: Place): Promise<Buffer | undefined> {
    try {
      const pieces: Uint8Array[] = [];
      for await (const piece of this.#files.stream(this.#path(file), { from, to })) pieces.push(piece);
      const content = Buffer.concat(pieces);
      return content.length === to - from ? content : undefined;
    } catch {
      return undefined;
    }
  }

  /** Goes on in the newest file: it is whole. */
  resume(): void {
    this.#ended = false;
  }

  /** What fails may have left a part: what comes next goes to another file. Answers where the content begins, and which files went. */
  async append(content: Uint8Array): Promise<{ file: number; from: number; gone: number[] }> {
    const newest = this.numbers.at(-1) ?? 0;
    const fits = !this.#ended && (this.#sizes.get(newest) ?? 0) < Math.min(mostSegmentBytes, this.#maxBytes / 4);
    const file = fits ? newest : newest + 1;
    this.#ended = true;
    if (!fits) await this.#files.writeAtomic(this.#path(file), '', { mode: 0o600, durable: false });
    const from = this.#sizes.get(file) ?? 0;
    this.#grow(file, content.length);
    await this.#files.append(this.#path(file), content);
    this.#ended = false;
    return { file, from, gone: await this.#dropOldest() };
  }

  async #dropOldest(): Promise<number[]> {
    const gone: number[] = [];
    for (const [file, size] of [...this.#sizes].slice(0, -1)) {
      if (this.#bytes <= this.#maxBytes) break;
      await this.#files.remove(this.#path(file));
      this.#sizes.delete(file);
      this.#bytes -= size;
      gone.push(file);
    }
    return gone;
  }

  #grow(file: number, bytes: number): void {
    this.#sizes.set(file, (this.#sizes.get(file) ?? 0) + bytes);
    this.#bytes += bytes;
  }

  #path(file: number): string {
    return join(this.#directory, `${String(file).padStart(8, '0')}${ending}`);
  }
}
