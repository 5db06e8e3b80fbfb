import type { Env } from '../../env/env.ts';
import { failure } from '../../errors.ts';
import { hashOf } from '../tokens.ts';
import {
  acceptRegistration,
  challengeIn,
  creationOptionsFor,
  passkeyMs,
  type Registration,
  type RelyingParty,
} from './passkey.ts';
import { passwordProblem } from './password.ts';
import type { Proof } from './people.ts';
import type { PasskeyRecord, PersonRecord, SessionRecord } from './records.ts';
import { type Opened, type SignIn, stale } from './sign-in.ts';

export interface Chosen {
  token: string;
  name?: string;
  password?: string;
  passkey?: Registration;
}

/** How long after signing in one may add what one signs in by without proving it again. */
const freshMs = 15 * 60_000;

/** How people come to have a password or passkeys: by a link, and later by themselves. */
export class Enrolment {
  readonly #clock: Env['clock'];
  readonly #signIn: SignIn;

  constructor(clock: Env['clock'], signIn: SignIn) {
    this.#clock = clock;
    this.#signIn = signIn;
  }

  /** Throws LOGIN_LINK_INVALID, ACCOUNT_NAME_UNSUITABLE. */
  optionsForLink(token: string, name: string | undefined, party: RelyingParty) {
    const { people } = this.#signIn;
    return this.#options(people.draft(people.invitation(token), name), party, `link ${hashOf(token)}`, []);
  }

  /** Uses up the link, and signs in. What the account was signed in by before is over. Throws LOGIN_LINK_INVALID, PASSWORD_UNSUITABLE, LOGIN_PASSKEY_REFUSED. */
  async byLink({ token, name, password, passkey }: Chosen, party: RelyingParty | undefined): Promise<Opened> {
    const { people } = this.#signIn;
    const draft = people.draft(people.invitation(token), name);
    const proof: Proof =
      passkey === undefined
        ? { password: await this.#hashed(password ?? '', draft.name) }
        : { passkey: this.#registered(passkey, mustHave(party), `link ${hashOf(token)}`, 'first') };
    const person = people.accept(token, draft, proof);
    this.#signIn.endOthers(person.name);
    return this.#signIn.open(person, 'password' in proof ? 'password' : 'passkey');
  }

  /** All other sessions end. Throws LOGIN_FAILED, LOGIN_LIMITED, SESSION_STALE, PASSWORD_UNSUITABLE. */
  async changePassword(
    name: string,
    { current, password, from }: { current?: string; password: string; from: string },
    session: SessionRecord,
  ): Promise<void> {
    const before = this.person(name);
    if (before.password === undefined) this.#mustBeFresh(session);
    else await this.#signIn.checkPassword(name, current ?? '', from);
    const hashed = await this.#hashed(password, name);
    this.#signIn.people.save({ ...this.person(name), password: hashed });
    this.#signIn.endOthers(name, session);
  }

  /** Throws SESSION_STALE. */
  optionsForOwn(name: string, party: RelyingParty, session: SessionRecord) {
    this.#mustBeFresh(session);
    const person = this.person(name);
    return this.#options(person, party, `own ${person.handle}`, person.passkeys);
  }

  /** Throws SESSION_STALE, LOGIN_PASSKEY_REFUSED. */
  addPasskey(
    name: string,
    title: string,
    made: Registration,
    party: RelyingParty,
    session: SessionRecord,
  ): PersonRecord {
    this.#mustBeFresh(session);
    const person = this.person(name);
    const passkey = this.#registered(made, party, `own ${person.handle}`, title);
    return this.#signIn.people.save({ ...person, passkeys: [...person.passkeys, passkey] });
  }

  /** All other sessions end: it may be gone because somebody else has it. Throws ACCOUNT_LAST_WAY_IN. */
  removePasskey(name: string, id: string, session: SessionRecord): PersonRecord {
    const person = this.person(name);
    const passkeys = person.passkeys.filter(one => one.id !== id);
    if (passkeys.length === 0 && person.password === undefined) throw failure('ACCOUNT_LAST_WAY_IN', { name });
    const saved = this.#signIn.people.save({ ...person, passkeys });
    if (passkeys.length < person.passkeys.length) this.#signIn.endOthers(name, session);
    return saved;
  }

  /** Throws ACCOUNT_NOT_FOUND. */
  person(name: string): PersonRecord {
    const found = this.#signIn.people.find(name);
    if (found === undefined || found.disabled) throw failure('ACCOUNT_NOT_FOUND', { name });
    return found;
  }

  async #hashed(password: string, name: string): Promise<string> {
    const reason = passwordProblem(password, name);
    if (reason !== undefined) throw failure('PASSWORD_UNSUITABLE', { reason });
    return await this.#signIn.passwords.hash(password);
  }

  #options(person: PersonRecord, party: RelyingParty, about: string, passkeys: readonly PasskeyRecord[]) {
    const ends = this.#clock.now() + passkeyMs;
    const challenge = this.#signIn.challenges.make(`create ${party.id} ${about}`, ends);
    return creationOptionsFor(party, challenge, { handle: person.handle, name: person.name, passkeys });
  }

  #registered(made: Registration, party: RelyingParty, about: string, name: string): PasskeyRecord {
    const now = this.#clock.now();
    const challenge = challengeIn(made);
    if (!this.#signIn.challenges.isGood(challenge, `create ${party.id} ${about}`, now)) throw stale();
    const passkey = acceptRegistration(made, party, { name, createdAt: now });
    if (this.#signIn.people.withPasskey(passkey.id) !== undefined)
      throw failure('LOGIN_PASSKEY_REFUSED', { reason: 'it is known already' });
    this.#signIn.challenges.use(challenge, now);
    return passkey;
  }

  /** Whether somebody has signed in just now, in a browser: what a program keeps in a file must not come to stay. */
  isFresh({ createdAt, client }: SessionRecord): boolean {
    return client === undefined && this.#clock.now() - createdAt <= freshMs;
  }

  #mustBeFresh(session: SessionRecord): void {
    if (!this.isFresh(session)) throw failure('SESSION_STALE', {});
  }
}

function mustHave(party: RelyingParty | undefined): RelyingParty {
  if (party === undefined) throw stale();
  return party;
}
