import type { Commit } from './repository.ts';

export interface CommitObject extends Commit {
  tree: string;
}

/** Undefined when it is damaged. */
export function parseCommit(id: string, bytes: Uint8Array): CommitObject | undefined {
  const text = Buffer.from(bytes).toString('utf8');
  const end = text.indexOf('\n\n');
  const head = end === -1 ? text : text.slice(0, end);
  const tree = /^tree ([0-9a-f]{40})$/m.exec(head)?.[1];
  const [, author = '', email = ''] = /^author (.*?) ?<([^>\n]*)>/m.exec(head) ?? [];
  const seconds = /^committer .*> (\d{1,12}) [+-]\d+$/m.exec(head)?.[1];
  if (tree === undefined) return undefined;
  const subject = end === -1 ? '' : (text.slice(end + 2).split('\n', 1)[0] ?? '');
  return { id, tree, author, email, at: Number(seconds ?? 0) * 1000, subject: subject.slice(0, 200) };
}
