import { timingSafeEqual } from 'node:crypto';
import type { AccessSettings } from '../dialects/access.ts';
import { type Subject, subjectOf } from './subject.ts';

type Account = AccessSettings['accounts'][number];

/** Of accounts with the same name, the first counts whole: tokens of one never come with groups of the other. */
export class Accounts {
  readonly #byName = new Map<string, Account>();
  readonly #byHash = new Map<string, { account: Account; token: Account['tokens'][number] }>();

  constructor(accounts: readonly Account[]) {
    for (const account of accounts) {
      if (this.#byName.has(account.name)) continue;
      this.#byName.set(account.name, account);
      for (const token of account.tokens) {
        if (!this.#byHash.has(token.sha256)) this.#byHash.set(token.sha256, { account, token });
      }
    }
  }

  /** The account of this name, as a policy sees it. */
  named(name: string): Subject | undefined {
    const account = this.#byName.get(name);
    return account === undefined ? undefined : subjectOf(name, account.groups);
  }

  /** Whoever shows a token with this hash, at this time. */
  withHash(hash: string, now: number): Subject | undefined {
    const found = this.#byHash.get(hash);
    if (found === undefined || !sameHash(found.token.sha256, hash)) return undefined;
    const { account, token } = found;
    const expiresAt = token.expires === undefined ? undefined : Date.parse(token.expires);
    if (expiresAt !== undefined && !(now < expiresAt)) return undefined;
    return subjectOf(account.name, account.groups, {
      token: token.name,
      ...(expiresAt === undefined ? {} : { expiresAt }),
    });
  }
}

/** In one time, wherever they differ. */
export function sameHash(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
