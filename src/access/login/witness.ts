import type { Env } from '../../env/env.ts';
import type { Audit } from '../audit/log.ts';
import { requestOrigin } from '../audit/origin.ts';
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

/** Of one kind in a minute; the next that is written says how many were not. Whoever asks for refusals endlessly must not fill the disk. */
const mostRefusals = 120;
const minute = 60_000;

/** Puts into the audit log what is done about access: sign-ins, refusals, tokens, accounts. */
export class Witness {
  readonly #clock: Env['clock'];
  readonly #audit: Pick<Audit, 'record'> | undefined;
  readonly #kinds = new Map<string, { since: number; told: number; leftOut: number }>();

  constructor(clock: Env['clock'], audit: Pick<Audit, 'record'> | undefined) {
    this.#clock = clock;
    this.#audit = audit;
  }

  /** `kind`: of refusals that may drown each other, but no others; one of a few words. */
  tell({ subject, from }: Doer, said: Said, kind: string = said.action): void {
    const left = said.result === 'refused' ? this.#leftOut(kind) : 0;
    if (left === undefined) return;
    const { name, token, through, client = 'ui' } = subject;
    const { decidedBy } = requestOrigin.getStore() ?? {};
    const detail = {
      ...said.detail,
      ...(decidedBy === undefined ? {} : { decidedBy }),
      ...(left === 0 ? {} : { lost: left }),
    };
    this.#audit?.record({
      who: name === '' ? 'somebody' : name,
      via: through === undefined ? 'api' : client,
      ...(token === undefined ? {} : { token }),
      ...(from === '' ? {} : { from }),
      ...said,
      ...(Object.keys(detail).length === 0 ? {} : { detail }),
    });
  }

  /** Something that nobody asked for: Git or the provider says so. */
  tellOf(who: Pick<AuditEntry, 'who' | 'via'>, said: Said): void {
    this.#audit?.record({ ...who, ...said });
  }

  /** How many were left out before this one; undefined when it is left out, too. */
  #leftOut(kind: string): number | undefined {
    const now = this.#clock.monotonic();
    const known = this.#kinds.get(kind) ?? { since: now, told: 0, leftOut: 0 };
    const { since, told, leftOut } = now - known.since >= minute ? { ...known, since: now, told: 0 } : known;
    const isTold = told < mostRefusals;
    this.#kinds.set(kind, isTold ? { since, told: told + 1, leftOut: 0 } : { since, told, leftOut: leftOut + 1 });
    return isTold ? leftOut : undefined;
  }
}
