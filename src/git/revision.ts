import { maxSatisfying, Range, valid, validRange } from 'semver';
import { failure } from '../errors.ts';

/** What a revision, as people write it, may mean. */
export type Wanted =
  /** One ref exactly: `HEAD`, `refs/heads/main`. */
  | { kind: 'ref'; ref: string }
  | { kind: 'commit'; id: string }
  /** A branch or a tag; else a version or range, where it reads as one; else the beginning of a commit id, where it does. */
  | { kind: 'name'; name: string; tagPrefix: string }
  | { kind: 'range'; range: string; tagPrefix: string };

/** Throws GIT_REVISION_INVALID. */
export function parseRevision(revision: string, tagPrefix = ''): Wanted {
  const refuse = (reason: string) => failure('GIT_REVISION_INVALID', { revision: printable(revision), reason });
  if (revision.length > 250 || tagPrefix.length > 100) throw refuse('it is too long');
  if (tagPrefix !== '' && !isRefName(`${tagPrefix}0`)) throw refuse(`no tag can begin with ${printable(tagPrefix)}`);
  const text = revision.trim();
  if (text === '' || text === 'HEAD') return { kind: 'ref', ref: 'HEAD' };
  if (/^[0-9a-f]{40}$/i.test(text)) return { kind: 'commit', id: text.toLowerCase() };
  if (isRange(text)) return { kind: 'range', range: text, tagPrefix };
  if (!isRefName(text)) throw refuse('Git has no such names');
  if (text.startsWith('refs/')) return { kind: 'ref', ref: text };
  return { kind: 'name', name: text, tagPrefix };
}

/** Prefixes to ask a server for, that cover all it may mean. */
export function prefixesOf(wanted: Wanted): string[] {
  if (wanted.kind === 'ref') return [wanted.ref];
  if (wanted.kind === 'range') return rangePrefixes(wanted.range).map(begin => `refs/tags/${wanted.tagPrefix}${begin}`);
  if (wanted.kind === 'commit') return [];
  const { name, tagPrefix } = wanted;
  const exact = [`refs/heads/${name}`, `refs/tags/${name}`];
  if (!readsAsRange(name)) return exact;
  const version = name.replace(/^v/, '');
  return [...new Set([...exact, `refs/tags/${tagPrefix}${version}`, `refs/tags/${tagPrefix}v${version}`])];
}

/** `^1.2` is answered by tags that begin with `1.` or `v1.`: there may be thousands of others. */
function rangePrefixes(range: string): string[] {
  const majors = new Set<number>();
  for (const alternative of new Range(plainRange(range)).set) {
    const from = Math.max(...alternative.filter(one => /^>=?$/.test(one.operator)).map(one => one.semver.major));
    const below = alternative.find(one => one.operator === '<');
    const exact = alternative.find(one => one.operator === '');
    const first = exact?.semver?.major ?? from;
    const last = exact?.semver?.major ?? below?.semver.major ?? Number.POSITIVE_INFINITY;
    if (!Number.isFinite(first) || last - first > 3) return [''];
    for (let major = first; major <= last; major++) majors.add(major);
  }
  return [...majors].flatMap(major => [`${major}.`, `v${major}.`]);
}

/** Names of the refs, out of those that the server has, that decide what it means. */
export function choose(wanted: Wanted, names: ReadonlySet<string>): string[] {
  if (wanted.kind === 'commit') return [];
  if (wanted.kind === 'ref') return names.has(wanted.ref) ? [wanted.ref] : [];
  if (wanted.kind === 'range') return newest(wanted.range, wanted.tagPrefix, names);
  const { name, tagPrefix } = wanted;
  const named = [`refs/heads/${name}`, `refs/tags/${name}`].filter(ref => names.has(ref));
  if (named.length > 0 || !readsAsRange(name)) return named;
  return newest(name, tagPrefix, names);
}

function newest(range: string, tagPrefix: string, names: ReadonlySet<string>): string[] {
  const prefix = `refs/tags/${tagPrefix}`;
  const byVersion = new Map<string, string>();
  for (const ref of names) {
    if (!ref.startsWith(prefix)) continue;
    const version = valid(ref.slice(prefix.length));
    // `v1.2.3` and `1.2.3` are one version: the plain spelling comes first, whatever the server's order.
    if (version !== null && !(byVersion.get(version) === `${prefix}${version}`)) byVersion.set(version, ref);
  }
  const best = maxSatisfying([...byVersion.keys()], plainRange(range));
  const ref = best === null ? undefined : byVersion.get(best);
  return ref === undefined ? [] : [ref];
}

/** `x` alone is a branch. */
function readsAsRange(text: string): boolean {
  return /\d|^\*$/.test(text) && validRange(plainRange(text)) !== null;
}

/** Others write `>=1, <2` where npm's syntax has a space. */
export function plainRange(text: string): string {
  return text.replaceAll(',', ' ');
}

/** Names that can be a branch as well (`1.2`, `v1`) are no ranges until no ref has them. */
function isRange(text: string): boolean {
  return readsAsRange(text) && !/^v?\d+(\.\d+)*(-[\w.-]+)?(\+[\w.-]+)?$/.test(text);
}

/** The rules of git-check-ref-format, and no dash in front, so that no name can be taken for an option. */
export function isRefName(name: string): boolean {
  if (name === '' || name.length > 250 || name === '@') return false;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  if (/[\x00-\x20\x7f~^:?*[\\]|\.\.|@\{|\/\/|\/$|^\/|\.$/.test(name)) return false;
  return name.split('/').every(part => !part.startsWith('.') && !part.startsWith('-') && !part.endsWith('.lock'));
}

export function isShortId(text: string): boolean {
  return /^[0-9a-f]{7,39}$/.test(text);
}

function printable(text: string): string {
  return JSON.stringify(text.slice(0, 80)).slice(1, -1);
}
