import { z } from 'zod';

const units = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const durationPattern = /^(?:\d+(?:\.\d+)?(?:ms|s|m|h|d))+$/;

/** `1h30m`, `500ms` → milliseconds; undefined when it is no duration. */
export function parseDuration(text: string): number | undefined {
  if (text.length > 32 || !durationPattern.test(text)) return undefined;
  let sum = 0;
  for (const [, amount, unit] of text.matchAll(/([\d.]+)(ms|s|m|h|d)/g))
    sum += Number(amount) * units[unit as keyof typeof units];
  return sum <= 10 * 365 * units.d ? Math.round(sum) : undefined;
}

/** Text like `30s` or `1h30m`; milliseconds inside. */
export function duration(least = 0) {
  return z
    .string()
    .regex(durationPattern, 'must be a duration such as 500ms, 30s or 1h30m')
    .transform((text, context) => {
      const ms = parseDuration(text);
      if (ms !== undefined && ms >= least) return ms;
      context.addIssue({
        code: 'custom',
        message: ms === undefined ? 'is too long a time' : `must be at least ${least} ms`,
      });
      return z.NEVER;
    });
}

const dnsName = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/;

/** As Kubernetes names objects: letters, digits, `-` and `.`, at most 253. */
export function isName(text: string): boolean {
  return text.length <= 253 && dnsName.test(text);
}

export const name = z
  .string()
  .max(253, 'must have at most 253 characters')
  .regex(dnsName, 'must consist of lower case letters, digits, "-" and ".", and begin and end with a letter or digit');

export const namespace = z
  .string()
  .max(63, 'must have at most 63 characters')
  .regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/, 'must consist of lower case letters, digits and "-"');

/** Why a path of a repository is refused; undefined when it is not. */
export function pathProblem(path: string): string | undefined {
  if (path.length > 4_096) return 'is too long';
  if (path.startsWith('/')) return 'must be relative to the root of the repository';
  if (hasControls(path) || path.includes('\\')) return 'must not contain control characters or backslashes';
  if (path.split('/').includes('..')) return 'must not contain ".."';
  return undefined;
}

/** `./a//b/` → `a/b`; the root is `.`. */
export function normalPath(path: string): string {
  const segments = path.split('/').filter(segment => segment !== '' && segment !== '.');
  return segments.length === 0 ? '.' : segments.join('/');
}

/** A directory of a repository, relative to its root. */
export const path = z
  .string()
  .superRefine((text, context) => complain(context, pathProblem(text)))
  .transform(normalPath);

/** Tokens of the large forges have marks by which scanners know them; names of people and organisations are shorter than others. */
function looksLikeToken(user: string): boolean {
  return (
    /^(gh[opusr]_|github_pat_|gl(pat|dt|rt|cbt|ptt|ft|soat|agent)-|ATBB|ATCTT|x-oauth|pat_)/.test(user) ||
    user.length >= 40
  );
}

/** Why the address of a repository is refused. Never repeats the address: it may hold a password. */
export function repoProblem(url: string): string | undefined {
  if (url === '' || url.length > 2_048) return 'must have between 1 and 2048 characters';
  if (hasControls(url) || /\s/.test(url) || url.startsWith('-')) return 'is no address of a repository';
  if (/^\w+::/.test(url)) return 'must not name a transport helper';
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(url)?.[1]?.toLowerCase();
  if (scheme !== undefined && !['https', 'http', 'ssh', 'file', 'oci'].includes(scheme)) {
    return 'must begin with https, http, ssh, file or oci';
  }
  if (/^[^/]*:\/\/-|@-/.test(url)) return 'is no address of a repository';
  if (/^[^/]*:\/\/[^/@]*:[^/]*@/.test(url) || /^[^/@:]*:[^/]+@/.test(url))
    return 'must not contain a password; configure credentials for the operator';
  const user = /^https?:\/\/([^/@]*)@/i.exec(url)?.[1] ?? '';
  if (looksLikeToken(user)) return 'must not contain a token; configure credentials for the operator';
  // Signatures stand there, and an address is shown.
  if (scheme !== undefined && /[?#]/.test(url)) return 'must not have a query or a fragment';
  return undefined;
}

/** A refused address as it may be shown. Strict: whatever stands where a password, a token or a signature could is left out. */
export function withoutSecrets(url: string): string {
  return url
    .replace(/^([a-z][a-z0-9+.-]*:\/\/)?.*@/is, '$1***@')
    .replace(/[?#].*$/s, '?***')
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .slice(0, 300);
}

export const repo = z.string().superRefine((text, context) => complain(context, repoProblem(text)));

/** Why a branch, tag, commit or range of versions is refused. */
export function revisionProblem(revision: string): string | undefined {
  if (revision.length > 512) return 'is too long';
  if (revision.startsWith('-')) return 'must not begin with "-"';
  return hasControls(revision) || /\.\.|@\{|[:?[\\]/.test(revision)
    ? 'is no name of a branch, tag, commit or range of versions'
    : undefined;
}

export const revision = z.string().superRefine((text, context) => complain(context, revisionProblem(text)));

const byteUnits = { '': 1, Ki: 1024, Mi: 1024 ** 2, Gi: 1024 ** 3 } as const;

/** Text like `512Mi`; bytes inside. */
export const size = z
  .string()
  .regex(/^\d{1,12}(Ki|Mi|Gi)?$/, 'must be a size such as 64Mi or 1Gi')
  .transform(text => {
    const [, amount, unit = ''] = /^(\d+)(.*)$/.exec(text) ?? [];
    return Number(amount) * byteUnits[unit as keyof typeof byteUnits];
  });

/** Part of a whole: `0.5` or `50%`. */
export const share = z
  .union([z.number(), z.string().regex(/^\d{1,3}(\.\d+)?%$/, 'must be a share such as 0.5 or 50%')])
  .transform(value => (typeof value === 'number' ? value : Number(value.slice(0, -1)) / 100))
  .refine(value => value >= 0 && value <= 1, 'must be between 0 and 1 (or 0% and 100%)');

function complain(context: z.RefinementCtx, problem: string | undefined): void {
  if (problem !== undefined) context.addIssue({ code: 'custom', message: problem });
}

function hasControls(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is looked for
  return /[\u0000-\u001f\u007f]/.test(text);
}
