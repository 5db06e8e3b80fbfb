/** Who asks. However somebody was recognised (a token, a session), this is all that decisions are made of. */
export interface Subject {
  /** An account's name, `admin`, or `proj:PROJECT:ROLE`. */
  name: string;
  groups: readonly string[];
  /** Name of the token that it came with. */
  token?: string;
  /** How it signed in, where it has a session. */
  through?: 'password' | 'passkey' | 'oidc';
  /** What has that session, where it is no browser. */
  client?: 'cli';
  /** When that token or session ends, ms since 1970. */
  expiresAt?: number;
}

/** The name of whoever holds the operator's own token, from its data directory. */
export const owner: Subject = { name: 'admin', groups: [] };

/** Prefixes that policies and targets give a meaning: neither people nor groups of another system may take them for themselves. */
const reservedPrefix = /^(role|proj|system):/;
/** Names that records use for what is no person. */
const reservedNames: ReadonlySet<string> = new Set([
  owner.name,
  'anonymous',
  'automated',
  'git',
  'operator',
  'rollback',
  'self-heal',
]);

/** Why a name cannot be that of a person or a group; undefined when it can. */
export function nameProblem(name: string): string | undefined {
  if (name.trim() === '') return 'must not be empty';
  if (reservedPrefix.test(name) || reservedNames.has(name)) return `${name.slice(0, 80)} is a reserved name`;
  return undefined;
}

/**
 * A subject of what another system says about somebody. Undefined for a name that is none: nobody falls back to an identity
 * of ours. Groups that are none are left out.
 */
export function subjectOf(
  name: string,
  groups: readonly string[],
  more: Pick<Subject, 'token' | 'expiresAt'> = {},
): Subject | undefined {
  if (nameProblem(name) !== undefined) return undefined;
  return { name, groups: groups.filter(group => nameProblem(group) === undefined), ...more };
}

export function projectSubject(project: string, role: string): string {
  return `proj:${project}:${role}`;
}

/** As records name it: `appops via ui`, `appops via cli`, `ci via token deploy`. */
export function actorOf({ name, token, through, client }: Subject): string {
  if (through !== undefined) return `${name} via ${client ?? 'ui'}`;
  return token === undefined ? name : `${name} via token ${token}`;
}

/** Whose name is in what `actorOf` said. */
export function makerOf(actor: string): string {
  return actor.replace(/ via .*/, '');
}
