/** Long names differ at their ends more than in their middle: `checkout-7f9c…x2k`. At most `most` characters. */
export function shortenMiddle(text: string, most: number): string {
  if (text.length <= most) return text;
  const kept = Math.max(most - 1, 2);
  const head = Math.ceil(kept / 2);
  return `${text.slice(0, head)}…${text.slice(text.length - (kept - head))}`;
}

/** Seven characters of what is a commit id or a digest; versions, tags and names as they are. */
export function shortRevision(revision: string): string {
  const [, digest] = /^(?:sha256:)?([0-9a-f]{40}|[0-9a-f]{64})$/.exec(revision) ?? [];
  return digest === undefined ? revision : digest.slice(0, 7);
}
