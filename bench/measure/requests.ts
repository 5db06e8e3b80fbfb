import type { Access } from '../../test/world/access.ts';
import { type AuditedRequest, type Mark, requests } from '../../test/world/audit.ts';

/** What one user asked of the API server, from its own audit log. */
export interface RequestCounts {
  /** Patches that change something, server-side applies for nearly all, of objects that somebody declared. */
  applies: number;
  /** Those of namespaces that are made for what is declared. */
  namespaces: number;
  /** All that changes something, applies among them. */
  writes: number;
  dryRuns: number;
  gets: number;
  lists: number;
  watches: number;
  total: number;
  /** Answered with 400 or more: refused, throttled, in conflict. */
  failed: number;
}

const reads = ['get', 'list', 'watch'];

export async function countRequests(access: Access, since: Mark, user: string): Promise<RequestCounts> {
  const made = await requests(access, { since, user });
  const count = (is: (request: AuditedRequest) => boolean) => made.filter(is).length;
  const isWrite = ({ verb, dryRun }: AuditedRequest) => !reads.includes(verb) && !dryRun;
  return {
    applies: count(one => isWrite(one) && one.verb === 'patch' && one.resource !== 'namespaces'),
    namespaces: count(one => isWrite(one) && one.resource === 'namespaces'),
    writes: count(isWrite),
    dryRuns: count(({ dryRun }) => dryRun),
    gets: count(({ verb }) => verb === 'get'),
    lists: count(({ verb }) => verb === 'list'),
    watches: count(({ verb }) => verb === 'watch'),
    total: made.length,
    failed: count(({ status }) => status >= 400),
  };
}
