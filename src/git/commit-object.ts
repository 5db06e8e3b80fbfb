import type { Commit } from './repository.ts';

export interface CommitObject extends Commit {
  tree: string;
}

export function parentsOf(bytes: Uint8Array): string[] {
  return parentsIn(Buffer.from(bytes).toString('latin1').split('\n\n', 1)[0] ?? '');
}

function parentsIn(head: string): string[] {
  return [...head.matchAll(/^parent ([0-9a-f]{40})$/gm)].map(([, id = '']) => id);
}

/** Undefined when it is damaged. */
export function parseCommit(id: string, bytes: Uint8Array): CommitObject | undefined {
  const text = Buffer.from(bytes).toString('utf8');
  const end = text.indexOf('\n\n');
  const head = end === -1 ? text : text.slice(0, end);
  const tree = /^tree ([0-9a-f]{40})$/m.exec(head)?.[1];
  const [, author = '', email = ''] = /^author (.*?) ?<([^>\n]*)>/m.exec(head) ?? [];
  const [, committer = '', seconds] = /^committer (.*?>) (\d{1,12}) [+-]\d+$/m.exec(head) ?? [];
  if (tree === undefined) return undefined;
  const message = end === -1 ? '' : text.slice(end + 2);
  const subject = (message.split('\n', 1)[0] ?? '').slice(0, 200);
  const coAuthors = trailers(message, ['co-authored-by']);
  const reviewers = trailers(message, ['reviewed-by', 'approved-by', 'acked-by']);
  const signedOff = trailers(message, ['signed-off-by']);
  const people = { author, email, committer, coAuthors, reviewers, signedOff };
  return { id, tree, parents: parentsIn(head), ...people, at: Number(seconds ?? 0) * 1000, subject };
}

/** `Reviewed-by: Appdev <appdev@example.com>` in the last paragraph of a message. */
function trailers(message: string, keys: readonly string[]): string[] {
  const [first, ...others] = message.trimEnd().split(/\n\s*\n/);
  const last = others.at(-1) ?? '';
  if (first === undefined || last.length > 16_384) return [];
  const lines = [...last.matchAll(/^([\w-]{1,40}):[ \t]*(\S.{0,199})/gm)];
  const values = lines.flatMap(([, key = '', value = '']) => (keys.includes(key.toLowerCase()) ? value.trim() : []));
  return [...new Set(values)].slice(0, 20);
}
