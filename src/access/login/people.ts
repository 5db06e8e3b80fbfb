import type { Env } from '../../env/env.ts';
import { failure } from '../../errors.ts';
import type { Store } from '../../store/store.ts';
import { nameProblem, type Subject } from '../subject.ts';
import { hashOf } from '../tokens.ts';
import { Kept } from './kept.ts';
import {
  type InvitationRecord,
  invitationRecord,
  type PasskeyRecord,
  type PersonRecord,
  personRecord,
} from './records.ts';

type PeopleEnv = Pick<Env, 'clock' | 'random'>;

const maxPeople = 10_000;
const maxPasskeys = 20;
const linkMs = 24 * 3_600_000;

/** By what somebody proves from now on to be who they are. */
export type Proof = { password: string } | { passkey: PasskeyRecord };

/** Accounts that people have here, and links by which they come to have them. They live in the store; a lost store has none. */
export class People {
  readonly #env: PeopleEnv;
  readonly #people: Kept<PersonRecord>;
  readonly #invitations: Kept<InvitationRecord>;

  constructor(env: PeopleEnv, store: Pick<Store, 'kept' | 'keep'>) {
    this.#env = env;
    this.#people = new Kept(store, 'person', personRecord, ({ name }) => name.toLowerCase());
    this.#invitations = new Kept(store, 'invitation', invitationRecord, ({ hash }) => hash);
  }

  list(): PersonRecord[] {
    return [...this.#people.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Those who have not come yet. */
  invited(): InvitationRecord[] {
    return [...this.#invitations.values()].filter(one => this.#isOpen(one));
  }

  find(name: string): PersonRecord | undefined {
    return this.#people.get(name.toLowerCase());
  }

  withPasskey(id: string): { person: PersonRecord; passkey: PasskeyRecord } | undefined {
    for (const person of this.#people.values()) {
      const passkey = person.passkeys.find(one => one.id === id);
      if (passkey !== undefined) return { person, passkey };
    }
    return undefined;
  }

  /** The link's token; an earlier link of the same name ends. Throws ACCOUNT_NAME_UNSUITABLE. */
  invite(name: string | undefined, admin: boolean, by: string): { token: string; expiresAt: number } {
    if (name !== undefined) checkName(name);
    for (const one of this.#invitations.values()) {
      if (one.name?.toLowerCase() === name?.toLowerCase() || !this.#isOpen(one)) this.#invitations.drop(one);
    }
    if (this.#invitations.size >= maxPeople) throw failure('ACCOUNT_LIMIT', { limit: maxPeople });
    const token = Buffer.from(this.#env.random.bytes(32)).toString('base64url');
    const now = this.#env.clock.now();
    const expiresAt = now + linkMs;
    const more = { admin, createdAt: now, createdBy: by, expiresAt };
    this.#invitations.save({ hash: hashOf(token), ...(name === undefined ? {} : { name }), ...more });
    return { token, expiresAt };
  }

  /** What a link is for. Throws LOGIN_LINK_INVALID. */
  invitation(token: string): InvitationRecord {
    const found = this.#invitations.get(hashOf(token));
    // A link for the first account is over as soon as there is one, however it came about.
    if (found === undefined || !this.#isOpen(found) || (found.name === undefined && this.#people.size > 0))
      throw failure('LOGIN_LINK_INVALID', {});
    return found;
  }

  /** The account that a link is about, with this name if it is the first. Throws ACCOUNT_NAME_UNSUITABLE, ACCOUNT_LIMIT. */
  draft({ hash, name, admin, createdBy }: InvitationRecord, chosen: string | undefined): PersonRecord {
    const wanted = name ?? chosen ?? '';
    checkName(wanted);
    const known = this.find(wanted);
    if (known !== undefined) return { ...known, admin: known.admin || admin };
    if (this.#people.size >= maxPeople) throw failure('ACCOUNT_LIMIT', { limit: maxPeople });
    // The same for the same link: a passkey that is being made has to know it.
    const handle = Buffer.from(hashOf(`handle ${hash}`), 'hex')
      .subarray(0, 16)
      .toString('base64url');
    const now = this.#env.clock.now();
    return { name: wanted, admin, disabled: false, handle, passkeys: [], createdAt: now, createdBy };
  }

  /** Whoever comes by a link proves from now on to be themselves by this and nothing else. The link is used up. Throws LOGIN_LINK_INVALID. */
  accept(token: string, draft: PersonRecord, proof: Proof): PersonRecord {
    this.#invitations.drop(this.invitation(token));
    const { password: _, ...rest } = draft;
    const proven = 'password' in proof ? { password: proof.password, passkeys: [] } : { passkeys: [proof.passkey] };
    return this.save({ ...rest, ...proven, disabled: false });
  }

  save(person: PersonRecord): PersonRecord {
    if (person.passkeys.length > maxPasskeys)
      throw failure('LOGIN_PASSKEY_REFUSED', { reason: `there are ${maxPasskeys} already` });
    return this.#people.save(person);
  }

  /** Links to it end, too. Throws ACCOUNT_NOT_FOUND. */
  disable(name: string): void {
    const known = this.find(name);
    const open = this.invited().filter(one => one.name?.toLowerCase() === name.toLowerCase());
    if (known === undefined && open.length === 0) throw failure('ACCOUNT_NOT_FOUND', { name });
    for (const one of open) this.#invitations.drop(one);
    if (known !== undefined) this.save({ ...known, disabled: true });
  }

  /** Nothing of it stays, links to it included. Throws ACCOUNT_NOT_FOUND. */
  remove(name: string): void {
    const known = this.find(name);
    this.disable(name);
    if (known !== undefined) this.#people.drop(known);
  }

  /** It no longer has the role admin by itself; a policy may still give it. Throws ACCOUNT_NOT_FOUND. */
  demote(name: string): PersonRecord {
    const known = this.find(name);
    if (known === undefined) throw failure('ACCOUNT_NOT_FOUND', { name });
    for (const one of this.invited())
      if (one.admin && one.name?.toLowerCase() === name.toLowerCase()) this.#invitations.drop(one);
    return this.save({ ...known, admin: false });
  }

  /** It is signed in to again, by what it was before. Throws ACCOUNT_NOT_FOUND. */
  enable(name: string): PersonRecord {
    const known = this.find(name);
    if (known === undefined) throw failure('ACCOUNT_NOT_FOUND', { name });
    return this.save({ ...known, disabled: false });
  }

  #isOpen({ expiresAt }: InvitationRecord): boolean {
    return this.#env.clock.now() < expiresAt;
  }
}

/** Somebody with an account here, as policies see them. */
export function subjectOfPerson({ name, admin }: PersonRecord): Subject {
  return { name, groups: admin ? ['role:admin'] : [] };
}

function checkName(name: string): void {
  const reason = nameProblem(name);
  if (reason !== undefined) throw failure('ACCOUNT_NAME_UNSUITABLE', { reason });
}
