import type { KeyObject } from 'node:crypto';
import { createHmac, createSecretKey } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import type { Env } from '../env/env.ts';
import { readSchema, resourceHead } from './protocol.ts';
import { type Place, Segments } from './segments.ts';

const variantSchema = z.object({
  reads: z.array(readSchema),
  /** What was fetched for it: allowed then, to be allowed again at each use. */
  remotes: z.array(z.string()),
  warnings: z.array(z.string()),
  /** In the order of their bodies; `withheld` ones (Secrets) have none here. */
  resources: z.array(resourceHead.extend({ withheld: z.boolean() })),
});

/** One result of a signature, and the files that it holds for. */
export type Variant = z.infer<typeof variantSchema>;

export interface Hit {
  variant: Variant;
  /** All bodies, one after another, without the withheld; undefined when they are lost. */
  bodies(): Promise<Uint8Array | undefined>;
}

interface Entry {
  mac: string;
  headLength: number;
  /** All bodies, until they are on the disk. */
  bodies?: Buffer;
  /** Head and bodies, as soon as they are there. */
  place?: Place;
}

/** Results kept for one signature: the present one, and where it may go back to. */
const keptVariants = 3;
const maxResultBytes = 96 * 1024 * 1024;
/** Of heads that are held in memory. */
const maxHeadBytes = 64 * 1024 * 1024;
/** Of what is not on the disk yet. */
const maxWaitingBytes = 64 * 1024 * 1024;
const batchBytes = 1024 * 1024;
/** Before head and bodies: what proves that the head is ours, whose it is, and the length of both. */
const headerPattern = /^([0-9a-f]{64}) ([\w-]+) (\d+) (\d+)$/;
const maxHeaderBytes = 300;

/**
 * Rendered results on disk, by signature and by what was read. Whatever is damaged, foreign or lost is a miss. Secrets are
 * not in it, and hashes of them are keyed. Writing happens behind, many results at a time; nothing waits for the disk to have them.
 */
export class RenderCache {
  readonly #env: Env;
  readonly #segments: Segments;
  readonly #maxBytes: number;
  readonly #key: KeyObject;
  readonly #entries = new Map<string, Entry>();
  /** Names of entries of a signature, newest first. */
  readonly #variants = new Map<string, string[]>();
  /** As they are on the disk, until somebody asks for them; those that were not asked for longest go first. */
  readonly #heads = new Map<string, { head: Variant | Buffer; bytes: number }>();
  readonly #waiting: { name: string; entry: Entry; head: Buffer; bodies: Buffer }[] = [];
  #headBytes = 0;
  #waitingBytes = 0;
  #writing: Promise<void> | undefined;

  private constructor(env: Env, segments: Segments, maxBytes: number, key: Uint8Array) {
    this.#env = env;
    this.#segments = segments;
    this.#maxBytes = maxBytes;
    this.#key = createSecretKey(key);
  }

  static async open(env: Env, directory: string, maxBytes: number): Promise<RenderCache> {
    await env.files.makeDirectory(directory, { mode: 0o700 });
    const keyPath = join(directory, 'key');
    let key = await env.files.read(keyPath, 1024, { noFollow: true }).catch(() => new Uint8Array());
    if (key.length !== 32) {
      key = env.random.bytes(32);
      await env.files.writeAtomic(keyPath, key, { mode: 0o600 });
    }
    const cache = new RenderCache(env, await Segments.open(env.files, directory, maxBytes), maxBytes, key);
    await cache.#index();
    return cache;
  }

  /** A hash that says nothing to whoever does not have the key, for values that could be guessed. */
  keyedHash(content: Uint8Array): string {
    return createHmac('sha256', this.#key).update(content).digest('hex');
  }

  /** The first result of the signature for which `holds` says that its files are as they were. */
  async find(signature: string, holds: (variant: Variant) => Promise<boolean>): Promise<Hit | undefined> {
    for (const name of this.#variants.get(signature) ?? []) {
      const entry = this.#entries.get(name);
      if (entry === undefined) continue;
      const variant = await this.#variant(name, entry);
      if (variant !== undefined && (await holds(variant))) return { variant, bodies: () => this.#bodies(entry) };
    }
    return undefined;
  }

  /** Its results are not used again. */
  forget(signature: string): void {
    for (const name of this.#variants.get(signature) ?? []) this.#forget(name);
  }

  store(signature: string, variant: Variant, pieces: readonly Uint8Array[]): void {
    const head = Buffer.from(JSON.stringify(variant));
    const bodies = Buffer.concat(pieces);
    const bytes = head.length + bodies.length;
    if (bytes > maxResultBytes || bytes > this.#maxBytes / 4 || this.#waitingBytes + bytes > maxWaitingBytes) return;
    const name = `${signature}-${this.keyedHash(Buffer.from(JSON.stringify(variant.reads))).slice(0, 16)}`;
    const entry = { mac: this.#mac(name, head, bodies.length), headLength: head.length, bodies };
    this.#add(name, entry, variant);
    this.#waiting.push({ name, entry, head, bodies });
    this.#waitingBytes += bytes;
    this.#writing ??= this.#writeAll();
  }

  /** Resolves when all that was stored is on disk. */
  async flush(): Promise<void> {
    await this.#writing;
  }

  async #writeAll(): Promise<void> {
    // What is stored in one turn is written together.
    await Promise.resolve();
    while (this.#waiting.length > 0) await this.#writeSome();
    this.#writing = undefined;
  }

  async #writeSome(): Promise<void> {
    let bytes = 0;
    const most = this.#waiting.findIndex(({ head, bodies }) => {
      bytes += head.length + bodies.length;
      return bytes > batchBytes;
    });
    const some = this.#waiting.splice(0, most < 0 ? this.#waiting.length : most + 1);
    const headers = some.map(({ name, entry, head, bodies }) =>
      Buffer.from(`${entry.mac} ${name} ${head.length} ${bodies.length}\n`),
    );
    const content = Buffer.concat(some.flatMap(({ head, bodies }, i) => [headers[i] ?? Buffer.alloc(0), head, bodies]));
    try {
      const { file, from, gone } = await this.#segments.append(content);
      let at = from;
      for (const [i, { entry, head, bodies }] of some.entries()) {
        at += headers[i]?.length ?? 0;
        entry.place = { file, from: at, to: at + head.length + bodies.length };
        delete entry.bodies;
        at = entry.place.to;
      }
      if (gone.length > 0) this.#forgetThoseIn(gone);
    } catch (error) {
      this.#env.log.warn('rendered results could not be kept', { reason: String(error) });
      for (const { name, entry } of some) if (this.#entries.get(name) === entry) this.#forget(name);
    }
    for (const { head, bodies } of some) this.#waitingBytes -= head.length + bodies.length;
  }

  #add(name: string, entry: Entry, head: Variant | Buffer): void {
    this.#entries.set(name, entry);
    this.#remember(name, head, entry.headLength);
    const signature = signatureIn(name);
    const names = [name, ...(this.#variants.get(signature) ?? []).filter(known => known !== name)];
    this.#variants.set(signature, names);
    for (const dropped of names.slice(keptVariants)) this.#forget(dropped);
  }

  #forget(name: string): void {
    this.#entries.delete(name);
    this.#headBytes -= this.#heads.get(name)?.bytes ?? 0;
    this.#heads.delete(name);
    const signature = signatureIn(name);
    const left = (this.#variants.get(signature) ?? []).filter(known => known !== name);
    if (left.length === 0) this.#variants.delete(signature);
    else this.#variants.set(signature, left);
  }

  #forgetThoseIn(files: readonly number[]): void {
    for (const [name, { place }] of this.#entries) if (place && files.includes(place.file)) this.#forget(name);
  }

  #remember(name: string, head: Variant | Buffer, bytes: number): void {
    this.#headBytes += bytes - (this.#heads.get(name)?.bytes ?? 0);
    this.#heads.delete(name);
    this.#heads.set(name, { head, bytes });
    for (const [oldest, known] of this.#heads) {
      if (this.#headBytes <= maxHeadBytes) break;
      this.#heads.delete(oldest);
      this.#headBytes -= known.bytes;
    }
  }

  async #variant(name: string, entry: Entry): Promise<Variant | undefined> {
    const known = this.#heads.get(name)?.head ?? (await this.#head(name, entry));
    const variant = known instanceof Uint8Array ? parseHead(known) : known;
    if (variant === undefined) this.#forget(name);
    else this.#remember(name, variant, entry.headLength);
    return variant;
  }

  async #head(name: string, { mac, headLength, place }: Entry): Promise<Buffer | undefined> {
    if (place === undefined) return undefined;
    const middle = place.from + headLength;
    const head = await this.#segments.read({ ...place, to: middle });
    return head !== undefined && this.#mac(name, head, place.to - middle) === mac ? head : undefined;
  }

  async #bodies({ bodies, place, headLength }: Entry): Promise<Uint8Array | undefined> {
    if (bodies !== undefined || place === undefined) return bodies;
    return await this.#segments.read({ ...place, from: place.from + headLength });
  }

  async #index(): Promise<void> {
    const files = this.#segments.numbers;
    for (const file of files) {
      const isWhole = this.#indexOne(file, (await this.#segments.whole(file)) ?? Buffer.alloc(0));
      if (isWhole && file === files.at(-1)) this.#segments.resume();
    }
  }

  /** Answers whether there is nothing else in it than results of ours. */
  #indexOne(file: number, content: Buffer): boolean {
    for (let at = 0; at < content.length; ) {
      const end = content.subarray(0, at + maxHeaderBytes).indexOf('\n', at);
      const [, mac = '', name = '', headLength, length] = headerPattern.exec(content.toString('latin1', at, end)) ?? [];
      const from = end + 1;
      const place = { file, from, to: from + Number(headLength) + Number(length) };
      const head = content.subarray(from, from + Number(headLength));
      if (end < 0 || mac !== this.#mac(name, head, Number(length)) || place.to > content.length) return false;
      // A copy: what was read of the file would stay in memory as long as one head of it.
      this.#add(name, { mac, headLength: head.length, place }, Buffer.from(head));
      at = place.to;
    }
    return content.length > 0;
  }

  #mac(name: string, head: Uint8Array, bodies: number): string {
    return createHmac('sha256', this.#key).update(`${name} ${head.length} ${bodies}\n`).update(head).digest('hex');
  }
}

function parseHead(head: Buffer): Variant | undefined {
  try {
    return variantSchema.parse(JSON.parse(head.toString('utf8')));
  } catch {
    return undefined;
  }
}

function signatureIn(name: string): string {
  return name.slice(0, name.lastIndexOf('-'));
}
