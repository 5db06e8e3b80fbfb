import type { Env } from '../../env/env.ts';
import { failure } from '../../errors.ts';
import type { Store } from '../../store/store.ts';
import { type Subject, subjectOf } from '../subject.ts';
import { CommandLines, type Consent } from './command-line.ts';
import { LoginLimits } from './limits.ts';
import {
  type Assertion,
  acceptAssertion,
  challengeIn,
  passkeyMs,
  type RelyingParty,
  requestOptionsFor,
} from './passkey.ts';
import { Passwords } from './password.ts';
import { People, subjectOfPerson } from './people.ts';
import { type Identity, Provider, type ProviderSettings } from './provider.ts';
import { ProviderSessions } from './provider-sessions.ts';
import type { PersonRecord, SessionRecord } from './records.ts';
import { Challenges } from './seal.ts';
import { Sessions } from './sessions.ts';
import { Transactions } from './transactions.ts';

export interface OidcSettings extends ProviderSettings {
  /** What the button says. */
  title: string;
  recheckMs: number;
}

export interface SignInOptions {
  env: Pick<Env, 'clock' | 'timers' | 'random' | 'log' | 'hashing' | 'net'>;
  store: Pick<Store, 'kept' | 'keep'>;
  oidc?: OidcSettings | undefined;
  /** Why an address of the provider may not be connected to. */
  denies: (address: string) => string | undefined;
  /** Somebody may have lost a right; with a reason, their session ended by itself. */
  changed: (name?: string, ended?: string) => void;
}

/** A provider that answers later than this is waited for beside the requests: what it said last counts until then. */
const patienceMs = 3_000;

/** What a sign-in at the provider is for: a page to come back to, or a command line that somebody of this name allowed in. */
export interface Aim {
  returnTo: string;
  commandLine?: { given: Consent; name: string };
}

/** A session that has just begun. The secret is for the cookie and for nothing else. */
export interface Opened {
  secret: string;
  subject: Subject;
}

/** How people come in, and who they are afterwards. */
export class SignIn {
  readonly people: People;
  readonly sessions: Sessions;
  readonly passwords: Passwords;
  readonly challenges: Challenges;
  readonly commandLines: CommandLines;
  readonly oidc: OidcSettings | undefined;
  readonly #options: SignInOptions;
  readonly #limits: LoginLimits;
  readonly #provider: Provider | undefined;
  readonly #vouched: ProviderSessions | undefined;
  readonly #transactions: Transactions;

  constructor(options: SignInOptions) {
    const { env, store, oidc, denies, changed } = options;
    this.#options = options;
    this.people = new People(env, store);
    this.sessions = new Sessions(env, store);
    this.passwords = new Passwords(env);
    this.challenges = new Challenges(env.random);
    this.commandLines = new CommandLines(env, this.sessions);
    this.oidc = oidc;
    this.#limits = new LoginLimits(env);
    this.#transactions = new Transactions(env);
    if (oidc === undefined) return;
    this.#provider = new Provider(env, oidc, denies);
    const { sessions } = this;
    this.#vouched = new ProviderSessions({
      env,
      sessions,
      provider: this.#provider,
      recheckMs: oidc.recheckMs,
      changed,
    });
  }

  async close(): Promise<void> {
    await this.#provider?.close();
  }

  /** Nobody can come in: a link has to be printed. */
  needsSetup(): boolean {
    return this.oidc === undefined && this.people.list().length === 0;
  }

  /** Throws LOGIN_FAILED, whatever of it is wrong; LOGIN_LIMITED, LOGIN_BUSY. */
  async withPassword(name: string, password: string, from: string): Promise<Opened> {
    const person = await this.checkPassword(name, password, from);
    return this.open(person, 'password');
  }

  /** Throws as `withPassword`. */
  async checkPassword(name: string, password: string, from: string): Promise<PersonRecord> {
    const takeBack = this.#limits.attempt(name, from);
    const person = this.people.find(name);
    const usable = person === undefined || person.disabled ? undefined : person.password;
    if (!(await this.passwords.matches(password, usable))) throw failure('LOGIN_FAILED', {});
    // It may have been disabled, or have another password, since.
    const now = this.people.find(name);
    if (now === undefined || now.disabled || now.password !== usable) throw failure('LOGIN_FAILED', {});
    takeBack();
    return now;
  }

  passkeyOptions(party: RelyingParty) {
    const challenge = this.challenges.make(`get ${party.id}`, this.#options.env.clock.now() + passkeyMs);
    return requestOptionsFor(party, challenge);
  }

  /** Throws LOGIN_FAILED for one that is not known, LOGIN_PASSKEY_REFUSED. */
  withPasskey(assertion: Assertion, party: RelyingParty): Opened {
    const now = this.#options.env.clock.now();
    const challenge = challengeIn(assertion);
    if (!this.challenges.isGood(challenge, `get ${party.id}`, now)) throw stale();
    const found = this.people.withPasskey(assertion.id);
    if (found === undefined || found.person.disabled) throw failure('LOGIN_FAILED', {});
    const { person, passkey } = found;
    const { userHandle } = assertion.response;
    if (typeof userHandle === 'string' && userHandle !== person.handle) throw failure('LOGIN_FAILED', {});
    const used = { ...acceptAssertion(assertion, passkey, party), usedAt: now };
    this.challenges.use(challenge, now);
    const passkeys = person.passkeys.map(one => (one.id === used.id ? used : one));
    return this.open(this.people.save({ ...person, passkeys }), 'passkey');
  }

  open(person: PersonRecord, through: 'password' | 'passkey'): Opened {
    const secret = this.sessions.newSecret();
    this.people.save({ ...person, signedInAt: this.#options.env.clock.now() });
    const record = this.sessions.open(secret, { name: person.name, through });
    return { secret, subject: this.#subjectOf(record) ?? { name: person.name, groups: [] } };
  }

  /** Where the browser goes, and what its cookie is to hold until it is back. Throws OIDC_NOT_CONFIGURED, OIDC_UNREACHABLE. */
  async beginProvider(redirectURL: string, aim: Aim): Promise<{ url: string; cookie: string }> {
    const { url, transaction } = await this.#required().begin(redirectURL);
    return { url, cookie: this.#transactions.seal({ ...transaction, redirectURL, ...aim }) };
  }

  /**
   * `query`: of the address that the browser came back to. Without `opened`, nobody has signed in here: the browser brings a code to a
   * command line. Throws OIDC_REFUSED, OIDC_IDENTITY_UNUSABLE, OIDC_UNREACHABLE.
   */
  async finishProvider(query: string, cookie: string | undefined): Promise<{ leadsTo: string; opened?: Opened }> {
    const provider = this.#required();
    const begun = this.#transactions.open(cookie);
    if (begun === undefined) throw failure('OIDC_REFUSED', { reason: 'it was not begun here, or too long ago' });
    const returned = new URL(begun.redirectURL);
    returned.search = query;
    const identity = await provider.finish(returned, begun);
    this.#transactions.use(begun);
    const reason = 'is the name of an account here';
    if (this.people.find(identity.name) !== undefined)
      throw failure('OIDC_IDENTITY_UNUSABLE', { claim: this.oidc?.nameClaim ?? '', reason });
    const { commandLine, returnTo } = begun;
    if (commandLine === undefined)
      return { leadsTo: returnTo, opened: this.#vouchFor(this.sessions.newSecret(), identity) };
    if (commandLine.name !== identity.name)
      throw failure('OIDC_REFUSED', { reason: 'somebody else signed in there than had allowed it here' });
    const open = (secret: string) => this.#vouchFor(secret, identity, { client: 'cli' });
    return { leadsTo: this.commandLines.admit(commandLine.given, open) };
  }

  /** Where the browser brings a code for a session that is like the one in which it was allowed, and ends no later. */
  admitCommandLine(given: Consent, { name, through, endsAt }: SessionRecord): string {
    return this.commandLines.admit(given, secret => {
      const subject = this.#subjectOf(this.sessions.open(secret, { name, through, endsAt, client: 'cli' }));
      if (subject === undefined) throw failure('LOGIN_FAILED', {});
      return { secret, subject };
    });
  }

  #vouchFor(secret: string, identity: Identity, client: Pick<SessionRecord, 'client'> = {}): Opened {
    const record = this.#vouched?.open(secret, identity, client);
    const subject = record === undefined ? undefined : this.#subjectOf(record);
    if (subject === undefined) throw failure('OIDC_REFUSED', { reason: 'the name is nobody’s' });
    return { secret, subject };
  }

  /** For its owner to recognise it by. */
  describe(secret: string, { from, agent }: { from: string; agent: string }): void {
    const found = this.sessions.find(secret);
    if (found !== undefined)
      this.sessions.update({ ...found, from, agent: agent.replace(/[^ -~]/g, '').slice(0, 300) });
  }

  /** Whoever holds the secret, after the provider was asked again where that is due. */
  async recognise(secret: string): Promise<Subject | undefined> {
    const found = this.sessions.find(secret);
    if (found === undefined) return undefined;
    if (this.#vouched?.isOurs(found) === true && this.#vouched.isDue(found))
      await this.#atMost(patienceMs, this.#vouched.refresh(secret, found));
    const now = this.sessions.find(secret);
    if (now === undefined) return undefined;
    this.sessions.touch(now);
    return this.#subjectOf(now);
  }

  /** Whether a session still counts, for what it has open; asks the provider beside it. */
  stillGood(secret: string, before: Subject): boolean {
    const found = this.sessions.find(secret);
    if (found === undefined) return false;
    if (this.#vouched?.isOurs(found) === true && this.#vouched.isDue(found)) void this.#vouched.refresh(secret, found);
    const now = this.#subjectOf(found);
    return now !== undefined && now.name === before.name && now.groups.join('\n') === before.groups.join('\n');
  }

  /** Where the browser goes then, if somewhere. */
  async end(secret: string, everywhere: boolean, backTo: string): Promise<string | undefined> {
    const found = this.drop(secret);
    if (found === undefined) return undefined;
    if (everywhere) this.endOthers(found.name);
    return this.#vouched?.isOurs(found) === true ? await this.#vouched.logoutURL(secret, found, backTo) : undefined;
  }

  /** The session that it was, if it was one. */
  drop(secret: string): SessionRecord | undefined {
    const found = this.sessions.find(secret);
    if (found !== undefined) this.sessions.end(found);
    this.#options.changed();
    return found;
  }

  /** Streams that were opened with it are cut, too. */
  endSession(record: SessionRecord): void {
    this.sessions.end(record);
    this.#options.changed();
  }

  /** After a new proof of who somebody is: what was open by an old one ends. */
  endOthers(name: string, except?: SessionRecord): void {
    this.sessions.endAll(name, except?.hash);
    this.#options.changed();
  }

  /** Also for those who do not sign in by it: a policy or an account may be gone. */
  #subjectOf(record: SessionRecord): Subject | undefined {
    const { name, through, endsAt, oidc, client } = record;
    const more = { through, expiresAt: endsAt, ...(client === undefined ? {} : { client }) };
    if (oidc !== undefined) {
      const known = this.#vouched?.isOurs(record) === true ? subjectOf(name, oidc.groups) : undefined;
      return known === undefined ? undefined : { ...known, ...more };
    }
    const person = this.people.find(name);
    return person === undefined || person.disabled ? undefined : { ...subjectOfPerson(person), ...more };
  }

  async #atMost(ms: number, work: Promise<void>): Promise<void> {
    const { timers } = this.#options.env;
    let cancel = () => {};
    const late = new Promise<void>(resolve => {
      cancel = timers.after(ms, resolve);
    });
    await Promise.race([work, late]).finally(() => cancel());
  }

  #required(): Provider {
    if (this.#provider === undefined) throw failure('OIDC_NOT_CONFIGURED', {});
    return this.#provider;
  }
}

export function stale() {
  return failure('LOGIN_PASSKEY_REFUSED', { reason: 'it was asked for too long ago, or not here' });
}
