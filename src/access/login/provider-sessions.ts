import { z } from 'zod';
import type { Env } from '../../env/env.ts';
import { asFailure } from '../../errors.ts';
import type { Identity, Provider } from './provider.ts';
import type { SessionRecord } from './records.ts';
import { keyFor, seal, unseal } from './seal.ts';
import type { Sessions } from './sessions.ts';

const minute = 60_000;
/** Without a token to ask again with, the session ends when the provider stops standing to it; at the latest after this. */
const unaskedMs = 60 * minute;
/** How long a provider that cannot be reached is believed what it said last. */
const graceMs = 15 * minute;
const retryMs = 30_000;

const held = z.object({ idToken: z.string(), refreshToken: z.exactOptional(z.string()) });
type Held = z.infer<typeof held>;

export interface ProviderSessionOptions {
  env: Pick<Env, 'clock' | 'random' | 'log'>;
  sessions: Sessions;
  provider: Provider;
  /** How often the provider is asked whether somebody is still in their groups, ms. */
  recheckMs: number;
  /** Somebody's groups changed, or (with a reason) their session ended. */
  changed: (name: string, ended?: string) => void;
}

/**
 * Sessions of those whom a provider vouches for. Their tokens are kept sealed with the secret that only the cookie holds: whoever has
 * the store has none of them.
 */
export class ProviderSessions {
  readonly #options: ProviderSessionOptions;
  readonly #running = new Map<string, Promise<void>>();

  constructor(options: ProviderSessionOptions) {
    this.#options = options;
  }

  open(secret: string, identity: Identity, client: Pick<SessionRecord, 'client'> = {}): SessionRecord {
    const { sessions, env } = this.#options;
    const { name, lifetimeMs = unaskedMs, refreshToken } = identity;
    const endsAt = env.clock.now() + Math.min(lifetimeMs, unaskedMs);
    const end = refreshToken === undefined ? { endsAt } : {};
    const oidc = this.#part(secret, identity, endsAt);
    return sessions.open(secret, { name, through: 'oidc', oidc, ...end, ...client });
  }

  isOurs({ oidc }: SessionRecord): boolean {
    return oidc?.issuer === this.#options.provider.issuer;
  }

  isDue({ oidc }: SessionRecord): boolean {
    return oidc !== undefined && oidc.checkAt <= this.#options.env.clock.now();
  }

  /** Asks the provider again; once at a time for a session. Never throws: what is refused ends the session. */
  refresh(secret: string, record: SessionRecord): Promise<void> {
    const known = this.#running.get(record.hash);
    if (known !== undefined) return known;
    const running = this.#refresh(secret, record).finally(() => this.#running.delete(record.hash));
    this.#running.set(record.hash, running);
    return running;
  }

  /** Where the browser goes to sign out at the provider; undefined when there is no such place, or it cannot be reached. */
  async logoutURL(secret: string, record: SessionRecord, backTo: string): Promise<string | undefined> {
    const { provider, env } = this.#options;
    const tokens = this.#held(secret, record);
    if (tokens === undefined) return undefined;
    return await provider.logoutURL(tokens.idToken, backTo).catch(error => {
      env.log.warn('Signing out at the provider failed', { reason: asFailure(error).message });
      return undefined;
    });
  }

  async #refresh(secret: string, record: SessionRecord): Promise<void> {
    const { sessions, provider, env, changed } = this.#options;
    const { oidc } = record;
    const tokens = this.#held(secret, record);
    if (oidc === undefined || tokens?.refreshToken === undefined)
      return this.#end(record, 'it cannot be checked again');
    try {
      const identity = await provider.refresh(tokens.refreshToken, { subject: oidc.subject, idToken: tokens.idToken });
      if (identity.name !== record.name) return this.#end(record, 'the provider calls them something else now');
      sessions.update({ ...record, oidc: this.#part(secret, identity, record.endsAt) });
      if (identity.groups.join('\n') !== oidc.groups.join('\n')) changed(record.name);
    } catch (error) {
      const { code, message } = asFailure(error);
      const now = env.clock.now();
      if (code !== 'OIDC_UNREACHABLE') return this.#end(record, message);
      if (now - oidc.checkedAt > graceMs) return this.#end(record, message);
      env.log.warn('The provider cannot be asked about a session; it is asked again', { reason: message });
      sessions.update({ ...record, oidc: { ...oidc, checkAt: now + retryMs } });
    }
  }

  #end(record: SessionRecord, reason: string): void {
    this.#options.sessions.end(record);
    this.#options.changed(record.name, reason);
  }

  #part(secret: string, identity: Identity, endsAt: number): NonNullable<SessionRecord['oidc']> {
    const { env, provider, recheckMs } = this.#options;
    const { subject, groups, idToken, refreshToken } = identity;
    const tokens: Held = { idToken, ...(refreshToken === undefined ? {} : { refreshToken }) };
    const now = env.clock.now();
    return {
      ...{ issuer: provider.issuer, subject, groups, checkedAt: now },
      checkAt: refreshToken === undefined ? endsAt : now + recheckMs,
      sealed: seal(keyFor('provider tokens', secret), env.random, JSON.stringify(tokens)),
    };
  }

  #held(secret: string, { oidc }: SessionRecord): Held | undefined {
    const text = unseal(keyFor('provider tokens', secret), oidc?.sealed ?? '');
    return text === undefined ? undefined : held.parse(JSON.parse(text));
  }
}
