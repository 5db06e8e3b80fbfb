import { failure } from '../../errors.ts';
import { nameProblem } from '../subject.ts';

export type Claims = Readonly<Record<string, unknown>>;

/** Of names that come from elsewhere: no spaces, so that no record can be read in two ways, and nothing that looks like something else. */
const usable = /^[^\s\p{C}]{1,253}$/u;
const maxGroups = 1_000;

/**
 * The name that policies and records use. Throws OIDC_IDENTITY_UNUSABLE where the claim is missing, is no name, is one of ours, or is an
 * address that the provider says it has not verified: nobody gets a name that is not surely theirs.
 */
export function nameIn(claims: Claims, claim: string): string {
  const name = claims[claim];
  const refuse = (reason: string) => failure('OIDC_IDENTITY_UNUSABLE', { claim, reason });
  if (typeof name !== 'string' || name.trim() === '') throw refuse('is missing or empty');
  if (!usable.test(name) || name !== name.normalize('NFKC')) throw refuse('has characters that no name may have');
  if (claim === 'email' && claims.email_verified !== true && claims.email_verified !== 'true')
    throw refuse('is not verified, says the provider');
  const reason = nameProblem(name);
  if (reason !== undefined) throw refuse(reason);
  return name;
}

/** Undefined where the claim is not there at all. Groups that no group may be called are left out. */
export function groupsIn(claims: Claims, claim: string): string[] | undefined {
  const said = claims[claim];
  if (said === undefined || said === null) return undefined;
  const names = Array.isArray(said) ? said : [said];
  const groups = names.filter((one): one is string => typeof one === 'string' && one.length <= 253);
  return [...new Set(groups)].filter(one => nameProblem(one) === undefined).slice(0, maxGroups);
}
