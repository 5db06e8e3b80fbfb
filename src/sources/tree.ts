export interface TreeEntry {
  name: string;
  type: 'file' | 'directory' | 'symlink' | 'submodule';
  /** Identity of the content: equal ids, equal bytes (for a directory: equal everything below). */
  id: string;
  executable: boolean;
}

/**
 * The bytes of one locked revision: a Git commit, or an unpacked chart. Read-only, immutable, no disk.
 * Paths are relative, `/`-separated, '' or `.` for the root. Links are data: never followed here.
 */
export interface Tree {
  /** Equal ids, equal trees. */
  readonly id: string;
  /** Undefined when there is nothing. */
  entry(path: string): Promise<TreeEntry | undefined>;
  /** Sorted by name; undefined when it is no directory. */
  list(path: string): Promise<TreeEntry[] | undefined>;
  /** Throws FILE_NOT_FOUND, FILE_TOO_LARGE. For a symlink: its target's text. */
  read(path: string, maxBytes: number): Promise<Uint8Array>;
  /** A name under which `Contents.open` finds these bytes later, without holding them now. */
  reference(path: string): Promise<string>;
}
