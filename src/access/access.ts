import type { AccessDeclaration, AccessSettings } from '../dialects/access.ts';
import type { Env } from '../env/env.ts';
import { failure } from '../errors.ts';
import type { Project } from '../model/application.ts';
import { networkPolicy } from '../sources/network-policy.ts';
import type { Store } from '../store/store.ts';
import { Accounts, sameHash } from './accounts.ts';
import type { Audit } from './audit/log.ts';
import { type Declared, followDeclared, nothingDeclared, type Part, readRemembered } from './declared.ts';
import { Enrolment } from './login/enrol.ts';
import { subjectOfPerson } from './login/people.ts';
import { type OidcSettings, SignIn } from './login/sign-in.ts';
import { Witness } from './login/witness.ts';
import { builtInPolicy } from './policy/built-in.ts';
import { parsePolicy } from './policy/parse.ts';
import { type Decision, Policy } from './policy/policy.ts';
import { makerOf, owner, projectSubject, type Subject } from './subject.ts';
import { hashOf, ProjectTokens, type TokenStore } from './tokens.ts';
import type { Resource } from './words.ts';

export interface AccessOptions {
  env: Pick<Env, 'clock' | 'timers' | 'random' | 'log' | 'hashing' | 'net'>;
  store: TokenStore & Pick<Store, 'meta' | 'setMeta' | 'kept' | 'keep'>;
  /** What the operator's own configuration says. */
  settings?: AccessSettings | undefined;
  /** A provider that people sign in by. */
  oidc?: OidcSettings | undefined;
  /** Where it is written down who came, and who was refused. */
  audit?: Pick<Audit, 'record'> | undefined;
}

/**
 * Who may do what, now: the operator's configuration, what Git declares and the tokens that were made, together. The one place
 * that everything asks before it answers or changes something.
 */
export class Access {
  readonly tokens: ProjectTokens;
  readonly witness: Witness;
  readonly #options: AccessOptions;
  readonly #configured: Part;
  readonly #listeners = new Set<() => void>();
  /** Grows with every change of what is declared. */
  version = 0;
  #signIn: SignIn | undefined;
  #enrolment: Enrolment | undefined;
  #declared: Declared;
  #policy: Policy;
  #accounts: Accounts;

  /** Throws ACCESS_POLICY_INVALID for the configuration's own policy: nobody starts with rules that cannot be read. */
  constructor(options: AccessOptions) {
    const { env, store, settings, audit } = options;
    this.#options = options;
    this.tokens = new ProjectTokens(env, store);
    this.witness = new Witness(env.clock, audit);
    this.#configured = configuredPart(settings);
    this.#declared = readRemembered(store.meta('access')) ?? nothingDeclared;
    this.#policy = this.#compile();
    this.#accounts = this.#collect();
  }

  /** Made when somebody asks for it: where nobody signs in, it costs nothing. */
  get signIn(): SignIn {
    const { env, store, oidc } = this.#options;
    const changed = (name: string | undefined, reason: string | undefined) => this.#sessionChanged(name, reason);
    this.#signIn ??= new SignIn({ env, store, oidc, denies: networkPolicy, changed });
    return this.#signIn;
  }

  get enrolment(): Enrolment {
    this.#enrolment ??= new Enrolment(this.#options.env.clock, this.signIn);
    return this.#enrolment;
  }

  /** Takes what is declared now. A policy with a mistake is not followed: the last good one stays, and `problems` says why. */
  follow(catalog: { access?: AccessDeclaration; projects: ReadonlyMap<string, Project> }): void {
    const { env, store } = this.#options;
    const before = this.#declared;
    this.#declared = followDeclared(before, catalog);
    for (const problem of this.#declared.problems) {
      if (!before.problems.includes(problem)) env.log.warn('A policy is not followed', { reason: problem });
    }
    if (before.good === this.#declared.good) return;
    store.setMeta('access', this.#declared.good);
    this.#policy = this.#compile();
    this.#accounts = this.#collect();
    this.version += 1;
    this.#changed();
  }

  problems(): string[] {
    return [...this.#declared.problems];
  }

  /** Whoever shows this token; undefined when it is no good one. */
  withToken(token: string): Subject | undefined {
    const hash = hashOf(token);
    const account = this.#accounts.withHash(hash, this.#options.env.clock.now());
    if (account !== undefined) return account;
    const record = this.tokens.withHash(hash);
    // A role that is declared no longer leaves its tokens without any right, the default role's included.
    if (record === undefined || !sameHash(record.hash, hash) || !this.hasRole(record.project, record.role))
      return undefined;
    this.tokens.touch(record);
    const { project, role, name, expiresAt } = record;
    const ends = expiresAt === undefined ? {} : { expiresAt };
    return { name: projectSubject(project, role), groups: [], token: name, ...ends };
  }

  /** How a name would be seen: an account with its groups, `admin`, a role, or somebody unknown. Of accounts of one name, all that they may. */
  subjectNamed(name: string): Subject {
    if (name === owner.name) return owner;
    const person = this.signIn.people.find(name);
    const own = person === undefined ? undefined : subjectOfPerson(person);
    const declared = this.#accounts.named(name);
    if (own === undefined || declared === undefined) return own ?? declared ?? { name, groups: [] };
    return { name, groups: [...declared.groups, ...own.groups] };
  }

  /** Roles that somebody has, and how each was come to: `appops`, `team-a`, `role:dev`. */
  rolesOf(subject: Subject): { name: string; through: readonly string[] }[] {
    return this.#policy.rolesOf(subject);
  }

  /** Whether nothing that somebody could be given is more than they have. */
  isAdmin(subject: Subject): boolean {
    return this.#policy.has(subject, 'role:admin');
  }

  decide(subject: Subject, resource: Resource, action: string, object: string): Decision {
    return this.#policy.decide(subject, resource, action, object);
  }

  may(subject: Subject, resource: Resource, action: string, object: string): boolean {
    return this.decide(subject, resource, action, object).allowed;
  }

  /** Whether they may do it to anything at all. */
  maySome(subject: Subject, resource: Resource, action: string): boolean {
    return this.#policy.allowsSome(subject, resource, action);
  }

  /** Everything that tokens may be made for. */
  projectRoles(): { project: string; role: string }[] {
    return [...this.#declared.roles].map(subject => {
      const [, project = '', role = ''] = /^proj:([^:]+):(.+)$/.exec(subject) ?? [];
      return { project, role };
    });
  }

  /** A project that tokens may be made for. */
  hasProject(project: string): boolean {
    return this.#declared.projects.has(project);
  }

  hasRole(project: string, role: string): boolean {
    return this.#declared.roles.has(projectSubject(project, role));
  }

  revoke(id: string, by: string): void {
    this.tokens.revoke(id, by);
    this.#changed();
  }

  /** Those of projects that somebody of this name has made; who made them still knows them. Answers how many there were. */
  revokeTokensOf(name: string, by: string): number {
    const own = this.tokens.list().filter(one => this.tokens.isGood(one) && makerOf(one.createdBy) === name);
    for (const { id } of own) this.revoke(id, by);
    return own.length;
  }

  async close(): Promise<void> {
    await this.#signIn?.close();
  }

  /** Called when somebody may have lost a right: streams look at theirs again. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #compile(): Policy {
    const parts = [builtInPolicy, this.#configured, this.#declared];
    const defaults = [this.#configured.default, this.#declared.default].filter(role => role !== undefined);
    return new Policy(
      parts.flatMap(({ rules }) => rules),
      parts.flatMap(({ grants }) => grants),
      defaults,
    );
  }

  #collect(): Accounts {
    return new Accounts([...this.#configured.accounts, ...this.#declared.accounts]);
  }

  #sessionChanged(name: string | undefined, reason: string | undefined): void {
    if (name !== undefined && reason !== undefined) {
      const what = 'the session was ended';
      const said = { action: 'access.logout', what, result: 'done', detail: { reason } } as const;
      this.witness.tellOf({ who: name, via: 'ui' }, said);
    }
    this.#changed();
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }
}

function configuredPart(settings: AccessSettings | undefined): Part {
  if (settings === undefined) return { rules: [], grants: [], accounts: [], default: undefined };
  const source = 'access.policy of the configuration';
  const { rules, grants, problems } = parsePolicy(settings.policy, source, settings.matchMode);
  const [first] = problems;
  if (first !== undefined) throw failure('ACCESS_POLICY_INVALID', { source, ...first });
  return { rules, grants, accounts: settings.accounts, default: settings.default };
}
