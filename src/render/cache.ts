import type { KeyObject } from 'node:crypto';
import { createHmac, createSecretKey } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import type { Env } from '../env/env.ts';
import { readSchema, resourceHead } from './protocol.ts';

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

/** Results kept for one signature: the present one, and where it may go back to. */
const keptVariants = 3;
const maxFileBytes = 96 * 1024 * 1024;
const maxHeadBytes = 64 * 1024 * 1024;
const maxQueued = 5_000;

/**
 * Rendered results on disk, by signature and by what was read. Whatever is damaged, foreign or lost is a miss. Secrets are
 * not in it, and hashes of them are keyed. Writing happens behind: a result that is not written yet is rendered again.
 */
export class RenderCache {
  readonly #env: Env;
  readonly #directory: string;
  readonly #maxBytes: number;
  readonly #key: KeyObject;
  /** Sizes of files by name, least recently used first. */
  readonly #sizes = new Map<string, number>();
  /** File names of a signature, newest first. */
  readonly #variants = new Map<string, string[]>();
  readonly #heads = new Map<string, { variant: Variant; bytes: number }>();
  #bytes = 0;
  #headBytes = 0;
  #writing: Promise<void> = Promise.resolve();
  #queued = 0;

  private constructor(env: Env, directory: string, maxBytes: number, key: Uint8Array) {
    this.#env = env;
    this.#directory = directory;
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
    const cache = new RenderCache(env, directory, maxBytes, key);
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
      const variant = await this.#head(name);
      if (variant === undefined || !(await holds(variant))) continue;
      this.#touch(name);
      return { variant, bodies: async () => (await this.#read(name))?.bodies };
    }
    return undefined;
  }

  store(signature: string, variant: Variant, bodies: readonly Uint8Array[]): void {
    const head = Buffer.from(JSON.stringify(variant));
    const reads = createHmac('sha256', this.#key).update(JSON.stringify(variant.reads)).digest('hex').slice(0, 16);
    const name = `${signature}-${reads}`;
    const start = `${this.#mac(head)} ${head.length}\n`;
    const content = Buffer.concat([Buffer.from(start), head, ...bodies]);
    if (content.length > maxFileBytes || content.length > this.#maxBytes / 4 || this.#queued >= maxQueued) return;
    const kept = [name, ...(this.#variants.get(signature) ?? []).filter(known => known !== name)];
    this.#variants.set(signature, kept.slice(0, keptVariants));
    this.#remember(name, variant, head.length);
    this.#grow(name, content.length);
    this.#queued++;
    this.#writing = this.#writing.then(() => this.#write(name, content, kept.slice(keptVariants)));
  }

  /** Resolves when all that was stored is on disk. */
  async flush(): Promise<void> {
    await this.#writing;
  }

  async #write(name: string, content: Uint8Array, dropped: readonly string[]): Promise<void> {
    try {
      for (const old of [...dropped, ...this.#evicted()]) await this.#drop(old);
      if (!this.#sizes.has(name)) return;
      // What a power cut takes of it is rendered again: head and bodies are checked when they are read.
      await this.#env.files.writeAtomic(this.#path(name), content, { mode: 0o600, durable: false });
    } catch (error) {
      this.#env.log.warn('a rendered result could not be kept', { reason: String(error) });
      this.#forget(name);
    } finally {
      this.#queued--;
    }
  }

  #evicted(): string[] {
    const names: string[] = [];
    let bytes = this.#bytes;
    if (bytes <= this.#maxBytes) return names;
    for (const [name, size] of this.#sizes) {
      if (bytes <= this.#maxBytes * 0.9) break;
      names.push(name);
      bytes -= size;
    }
    return names;
  }

  async #drop(name: string): Promise<void> {
    this.#forget(name);
    await this.#env.files.remove(this.#path(name));
  }

  #forget(name: string): void {
    this.#bytes -= this.#sizes.get(name) ?? 0;
    this.#sizes.delete(name);
    this.#headBytes -= this.#heads.get(name)?.bytes ?? 0;
    this.#heads.delete(name);
    const signature = signatureIn(name);
    const left = (this.#variants.get(signature) ?? []).filter(known => known !== name);
    if (left.length === 0) this.#variants.delete(signature);
    else this.#variants.set(signature, left);
  }

  async #head(name: string): Promise<Variant | undefined> {
    const known = this.#heads.get(name);
    if (known !== undefined) return known.variant;
    const file = await this.#read(name);
    if (file === undefined) this.#forget(name);
    else this.#remember(name, file.variant, file.headBytes);
    return file?.variant;
  }

  #remember(name: string, variant: Variant, bytes: number): void {
    this.#headBytes += bytes - (this.#heads.get(name)?.bytes ?? 0);
    this.#heads.delete(name);
    this.#heads.set(name, { variant, bytes });
    for (const [oldest, head] of this.#heads) {
      if (this.#headBytes <= maxHeadBytes) break;
      this.#heads.delete(oldest);
      this.#headBytes -= head.bytes;
    }
  }

  async #read(name: string): Promise<{ variant: Variant; headBytes: number; bodies: Uint8Array } | undefined> {
    try {
      const content = Buffer.from(await this.#env.files.read(this.#path(name), maxFileBytes, { noFollow: true }));
      const line = content.indexOf('\n');
      const [mac, length] = content.toString('latin1', 0, line).split(' ');
      const head = content.subarray(line + 1, line + 1 + Number(length));
      if (line < 0 || head.length !== Number(length) || mac !== this.#mac(head)) return undefined;
      const variant = variantSchema.parse(JSON.parse(head.toString('utf8')));
      return { variant, headBytes: head.length, bodies: content.subarray(line + 1 + head.length) };
    } catch {
      return undefined;
    }
  }

  async #index(): Promise<void> {
    const found: { name: string; size: number; at: number }[] = [];
    for (const file of await this.#env.files.list(this.#directory)) {
      if (!file.endsWith(ending)) continue;
      const stat = await this.#env.files.stat(join(this.#directory, file));
      if (stat?.type !== 'file') continue;
      found.push({ name: file.slice(0, -ending.length), size: stat.size, at: stat.modifiedAt });
    }
    found.sort((a, b) => a.at - b.at);
    for (const { name, size } of found) {
      this.#grow(name, size);
      this.#variants.set(signatureIn(name), [name, ...(this.#variants.get(signatureIn(name)) ?? [])]);
    }
  }

  #grow(name: string, size: number): void {
    this.#bytes += size - (this.#sizes.get(name) ?? 0);
    this.#sizes.delete(name);
    this.#sizes.set(name, size);
  }

  #touch(name: string): void {
    const size = this.#sizes.get(name);
    if (size !== undefined) this.#grow(name, size);
  }

  #mac(head: Uint8Array): string {
    return createHmac('sha256', this.#key).update('head\0').update(head).digest('hex');
  }

  #path(name: string): string {
    return join(this.#directory, name + ending);
  }
}

const ending = '.render';

function signatureIn(name: string): string {
  return name.slice(0, name.lastIndexOf('-'));
}
