import { mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { runProgram } from './process.ts';

/** Content of a file; with a mode for what is no plain file: `100755`, `120000` (link), `160000` (submodule commit). */
export type FileContent = string | Uint8Array | { mode: '100755' | '120000' | '160000'; content: string };

/** `null` removes the file, or the directory with all that is in it. */
export type Files = Record<string, FileContent | null>;

export interface CommitOptions {
  branch?: string;
  message?: string;
  /** Begins anew from this commit, or with `null` from nothing, instead of the branch's head: a force-push. */
  from?: string | null;
  /** `Shop team <appdev@example.invalid>` */
  author?: string;
  /** Milliseconds since 1970; default: now. */
  at?: number;
}

const person = 'Test <test@example.invalid>';

/** A bare repository that tests write to without a work tree. */
export class GitRepo {
  readonly path: string;

  /** Creates `NAME.git` in the directory. */
  static async create(directory: string, name = 'fleet.git'): Promise<GitRepo> {
    const repo = new GitRepo(join(directory, name));
    await mkdir(repo.path, { recursive: true });
    await repo.git(['init', '--quiet', '--bare', '--initial-branch=main', '.']);
    // Read by servers and clients that check an owner other than theirs.
    await repo.git(['config', 'uploadpack.allowFilter', 'true']);
    return repo;
  }

  constructor(path: string) {
    this.path = path;
  }

  /** The directory's name, which is the repository's in the URLs of the test servers. */
  get name(): string {
    return basename(this.path);
  }

  /** For Git's file protocol. */
  get fileUrl(): string {
    return pathToFileURL(this.path).href;
  }

  /** Any git command in the repository; what it printed, trimmed. For what the methods below do not offer. */
  async git(args: readonly string[], input: string | Uint8Array = ''): Promise<string> {
    const env = {
      ...process.env,
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_CONFIG_SYSTEM: '/dev/null',
      GIT_AUTHOR_NAME: 'Test',
      GIT_AUTHOR_EMAIL: 'test@example.invalid',
      GIT_COMMITTER_NAME: 'Test',
      GIT_COMMITTER_EMAIL: 'test@example.invalid',
    };
    return (await runProgram('git', args, { cwd: this.path, input, env })).toString().trim();
  }

  /** Adds, changes and removes files in one commit, and returns its id. */
  async commit(
    files: Files,
    { branch = 'main', message = 'Change', from, ...rest }: CommitOptions = {},
  ): Promise<string> {
    const changes = Object.entries(files).map(([path, content]) => change(path, content));
    return this.#import(branch, message, from, changes, rest);
  }

  /** A commit that gives every file that `commit` touched the content that it had before. */
  async revert(commit: string, { branch = 'main' }: { branch?: string } = {}): Promise<string> {
    const raw = await this.git(['diff-tree', '-r', '-z', '--no-commit-id', '--root', commit]);
    const fields = raw.split('\0').filter(field => field !== '');
    const changes: Buffer[] = [];
    for (let index = 0; index + 1 < fields.length; index += 2) {
      const [oldMode = '', , oldId] = (fields[index] ?? '').slice(1).split(' ');
      const path = quote(fields[index + 1] ?? '');
      changes.push(Buffer.from(/^0+$/.test(oldMode) ? `D ${path}\n` : `M ${oldMode} ${oldId} ${path}\n`));
    }
    return this.#import(branch, `Revert ${commit}`, undefined, changes);
  }

  /** The commit that the branch, tag or other name stands for; undefined if there is none. */
  async resolve(revision = 'main'): Promise<string | undefined> {
    return this.git(['rev-parse', '--quiet', '--verify', `${revision}^{commit}`]).catch(() => undefined);
  }

  /** Makes the branch point at the commit, whatever it pointed at before. */
  async forceBranch(branch: string, commit: string): Promise<void> {
    await this.git(['update-ref', `refs/heads/${branch}`, commit]);
  }

  async deleteBranch(branch: string): Promise<void> {
    await this.git(['update-ref', '-d', `refs/heads/${branch}`]);
  }

  /** A light tag, or with a message an annotated one. Moves it if it is there. */
  async tag(name: string, { revision = 'main', message }: { revision?: string; message?: string } = {}): Promise<void> {
    await this.git([
      'tag',
      '--force',
      ...(message === undefined ? [] : ['--annotate', '--message', message]),
      name,
      revision,
    ]);
  }

  async deleteTag(name: string): Promise<void> {
    await this.git(['update-ref', '-d', `refs/tags/${name}`]);
  }

  async #import(
    branch: string,
    message: string,
    from: string | null | undefined,
    changes: Buffer[],
    { author = person, at = Date.now() }: Pick<CommitOptions, 'author' | 'at'> = {},
  ): Promise<string> {
    const ref = `refs/heads/${branch}`;
    const parent = from === undefined ? await this.resolve(ref) : (from ?? undefined);
    const when = `${Math.floor(at / 1000)} +0000`;
    const head = [
      // Without it the commit would go on from what the branch holds.
      ...(parent === undefined ? [`reset ${ref}`, ''] : []),
      `commit ${ref}`,
      'mark :1',
      `author ${author} ${when}`,
      `committer ${author} ${when}`,
      `data ${Buffer.byteLength(message)}`,
      message,
      ...(parent === undefined ? [] : [`from ${parent}`]),
      '',
    ].join('\n');
    const stream = Buffer.concat([Buffer.from(head), ...changes, Buffer.from('\nget-mark :1\n')]);
    return this.git(['fast-import', '--quiet', '--force', '--date-format=raw'], stream);
  }
}

function change(path: string, content: FileContent | null): Buffer {
  if (content === null) return Buffer.from(`D ${quote(path)}\n`);
  const isPlain = typeof content === 'string' || content instanceof Uint8Array;
  const mode = isPlain ? '100644' : content.mode;
  const bytes = Buffer.from(isPlain ? content : content.content);
  if (mode === '160000') return Buffer.from(`M ${mode} ${bytes} ${quote(path)}\n`);
  const head = `M ${mode} inline ${quote(path)}\ndata ${bytes.length}\n`;
  return Buffer.concat([Buffer.from(head), bytes, Buffer.from('\n')]);
}

function quote(path: string): string {
  return `"${path.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
}
