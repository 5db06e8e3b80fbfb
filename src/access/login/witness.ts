import type { Env } from '../../env/env.ts';
import type { Audit } from '../audit/log.ts';
import type { AuditEntry } from '../audit/record.ts';
import type { Subject } from '../subject.ts';

/** Who did something, and from where. */
export interface Doer {
  subject: Subject;
  /** Address that the request came from. */
  from: string;
}

type Said = Pick<AuditEntry, 'action' | 'what' | 'result'> &
  Partial<Pick<AuditEntry, 'detail' | 'application' | 'project'>>;

/** Refusals that are written down one by one, and what is forgiven a minute: whoever asks for them endlessly must not fill the disk. */
const mostRefusals = 120;
const minute = 60_000;

/** Puts into the audit log what is done about access: sign-ins, refusals, tokens, accounts. */
export class Witness {
  readonly #clock: Env['clock'];
  readonly #audit: Pick<Audit, 'record'> | undefined;
  #refusals = 0;
  #leftOut = 0;
  #since = 0;

  constructor(clock: Env['clock'], audit: Pick<Audit, 'record'> | undefined) {
    this.#clock = clock;
    this.#audit = audit;
  }

  tell({ subject, from }: Doer, said: Said): void {
    if (said.result === 'refused' && !this.#hasRoom()) return;
    const left = said.result === 'refused' ? this.#takeLeftOut() : 0;
    const { name, token, through } = subject;
    this.#audit?.record({
      who: name === '' ? 'somebody' : name,
      via: through === undefined ? 'api' : 'ui',
      ...(token === undefined ? {} : { token }),
      ...(from === '' ? {} : { from }),
      ...said,
      ...(left === 0 ? {} : { detail: { ...said.detail, lost: left } }),
    });
  }

  /** Something that nobody asked for: Git or the provider says so. */
  tellOf(who: Pick<AuditEntry, 'who' | 'via'>, said: Said): void {
    this.#audit?.record({ ...who, ...said });
  }

  #hasRoom(): boolean {
    const now = this.#clock.monotonic();
    if (now - this.#since >= minute) {
      this.#since = now;
      this.#refusals = 0;
    }
    this.#refusals += 1;
    if (this.#refusals <= mostRefusals) return true;
    this.#leftOut += 1;
    return false;
  }

  #takeLeftOut(): number {
    const left = this.#leftOut;
    this.#leftOut = 0;
    return left;
  }
}
