import { dropDocument, type Edited, editField, type FieldEdit } from '../../dialects/edit/edit.ts';
import { parseYaml } from '../../dialects/yaml.ts';
import { HoldfastError } from '../../errors.ts';
import { type Edits, editedTree } from '../../sources/edited-tree.ts';
import type { Tree } from '../../sources/tree.ts';

/** Where something was written; it moves when lines before it come and go. */
export interface Written {
  file: string;
  line: number;
}

export type Attempt = Written | { why: string };

/** Declarations are small; whatever is larger is edited by a person. */
const maxBytes = 256 * 1024;

/** Changes to files of one revision, not yet made. */
export class Draft {
  readonly #base: Tree;
  readonly #edits = new Map<string, string | undefined>();
  readonly #written: Written[] = [];

  constructor(base: Tree) {
    this.#base = base;
  }

  get tree(): Tree {
    return editedTree(this.#base, this.#edits);
  }

  get edits(): Edits {
    return this.#edits;
  }

  /** As it would be; undefined for what is there no more, is no text, or is too large. */
  async read(path: string): Promise<string | undefined> {
    if (this.#edits.has(path)) return this.#edits.get(path);
    return await readText(this.#base, path);
  }

  async edit(path: string, document: number, edit: FieldEdit): Promise<Attempt> {
    return await this.#change(path, text => editField(text, path, document, edit));
  }

  async drop(path: string, document: number): Promise<Attempt> {
    return await this.#change(path, text => dropDocument(text, path, document));
  }

  async put(path: string, text: string): Promise<Attempt> {
    return await this.#change(path, () => ({ text, line: 1 }));
  }

  async #change(path: string, change: (text: string) => Edited): Promise<Attempt> {
    const text = await this.read(path);
    if (text === undefined) return { why: `${path} is no text, or too large` };
    if (holdsSecret(text, path)) return { why: `${path} also holds a Secret, whose values are shown to nobody` };
    const edited = change(text);
    if ('why' in edited) return { why: `${edited.why} (${path})` };
    const added = edited.text.split('\n').length - text.split('\n').length;
    for (const one of this.#written) if (one.file === path && one.line > edited.line) one.line += added;
    this.#edits.set(path, edited.text === '' ? undefined : edited.text);
    const written = { file: path, line: edited.line };
    this.#written.push(written);
    return written;
  }
}

export async function readText(tree: Tree, path: string): Promise<string | undefined> {
  try {
    const bytes = await tree.read(path, maxBytes);
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes).includes('\0')
      ? undefined
      : Buffer.from(bytes).toString('utf8');
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    if (error instanceof HoldfastError && /^FILE_/.test(error.code)) return undefined;
    throw error;
  }
}

function holdsSecret(text: string, path: string): boolean {
  if (!/\.(ya?ml|json)$/.test(path) || !/kind["']?\s*:\s*["']?Secret\b/.test(text)) return false;
  return parseYaml(text).documents.some(({ value }) => (value as { kind?: unknown } | null)?.kind === 'Secret');
}
