import { posix } from 'node:path';
import { type Ask, type Node, Problem } from './protocol.ts';

const maxLinks = 40;

/** The trees of one render, known only through questions; and what was learned, because that is what the render depends on. */
export class RenderFiles {
  readonly #ask: Ask;
  readonly #blobs: Map<string, Buffer>;
  readonly #nodes = new Map<string, Node | undefined>();
  readonly #reads = new Map<string, { root: string; path: string; state: string }>();

  constructor(ask: Ask, blobs: Map<string, Buffer>) {
    this.#ask = ask;
    this.#blobs = blobs;
  }

  /** In a stable order. */
  learned() {
    return [...this.#reads].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, read]) => read);
  }

  #record(path: string, state: string): void {
    this.#reads.set(`main\0${path}\0${state}`, { root: 'main', path, state });
  }

  async #look(path: string): Promise<Node | undefined> {
    if (this.#nodes.has(path)) return this.#nodes.get(path);
    const above = path === '' ? undefined : this.#nodes.get(parentOf(path));
    let node: Node | undefined;
    const known = above?.entries?.find(({ name }) => name === posix.basename(path));
    if (above?.type === 'directory' && (known === undefined || known.type === 'file')) {
      node = known;
    } else {
      node = (await this.#ask({ ask: 'look', root: 'main', paths: [path] })).answer.node ?? undefined;
    }
    this.#nodes.set(path, node);
    return node;
  }

  /** Follows links within the tree; the node is undefined when there is nothing. */
  async find(start: string): Promise<{ path: string; node: Node | undefined }> {
    let path = start;
    for (let links = 0; links < maxLinks; links++) {
      const node = await this.#look(path);
      if (node?.type === 'symlink') {
        this.#record(path, `s:${node.id}`);
        path = inside(posix.join(parentOf(path), node.target ?? ''));
        continue;
      }
      if (node?.type === 'file') this.#record(path, `f:${node.id}`);
      else if (node?.type === 'directory') this.#record(path, 'd');
      else this.#record(path, '-');
      return { path, node: node?.type === 'submodule' ? undefined : node };
    }
    throw new Problem('RENDER_REFUSED', { reason: `the links at ${path} have no end` });
  }

  async list(start: string): Promise<{ path: string; entries: NonNullable<Node['entries']> }> {
    const { path, node } = await this.find(start);
    if (node?.type !== 'directory') {
      throw new Problem('RENDER_FAILED', { reason: `there is no directory ${start === '' ? '.' : start}` });
    }
    this.#record(path, `l:${node.listing}`);
    return { path, entries: [...(node.entries ?? [])].sort((a, b) => (a.name < b.name ? -1 : 1)) };
  }

  async readAll(paths: readonly string[], max: number): Promise<Buffer[]> {
    const places: { path: string; id: string }[] = [];
    for (const start of paths) {
      const { path, node } = await this.find(start);
      if (node?.type !== 'file') throw new Problem('RENDER_FAILED', { reason: `there is no file ${start}` });
      places.push({ path, id: node.id });
    }
    let missing = places.filter(({ id }, i) => !this.#blobs.has(id) && places.findIndex(one => one.id === id) === i);
    while (missing.length > 0) {
      const batch = missing.slice(0, 256);
      const question = { ask: 'read' as const, root: 'main', paths: batch.map(({ path }) => path), max };
      const { answer, tail } = await this.#ask(question);
      if (answer.tooLarge !== undefined) {
        const details = { budget: `the size of ${answer.tooLarge}`, limit: `${max} bytes` };
        throw new Problem('RENDER_TOO_LARGE', details);
      }
      const { lengths = [] } = answer;
      let at = 0;
      for (const [i, length] of lengths.entries()) {
        this.#blobs.set(batch[i]?.id ?? '', Buffer.from(tail.subarray(at, at + length)));
        at += length;
      }
      if (lengths.length === 0) throw new Problem('RENDER_FAILED', { reason: 'no file came' });
      missing = missing.slice(lengths.length);
    }
    return places.map(({ id }) => this.#blobs.get(id) ?? Buffer.alloc(0));
  }
}

function parentOf(path: string): string {
  const parent = posix.dirname(path);
  return parent === '.' ? '' : parent;
}

/** A path in the tree, in its plain form. */
export function inside(path: string): string {
  const plain = posix.normalize(path);
  if (plain === '..' || plain.startsWith('../') || plain.startsWith('/')) {
    throw new Problem('RENDER_REFUSED', { reason: `the path "${path}" leads out of the source` });
  }
  return plain === '.' || plain === './' ? '' : plain.replace(/\/$/, '');
}
