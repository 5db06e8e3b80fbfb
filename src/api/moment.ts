import type { Ran } from '../access/audit/ran.ts';
import type { Then } from '../reconcile/past.ts';
import type { Moment } from './past-schemas.ts';

export interface MomentFilter {
  project?: string;
  state?: Ran['state'];
  q?: string;
  /** Name of the last application of the page before. */
  after?: string;
}

/** One page of what ran at a moment, by name, of those that `shows` lets through. */
export function momentPage(
  { applications, ...then }: Then,
  { project, state, q, after = '' }: MomentFilter,
  limit: number,
  shows: (ran: Ran) => boolean,
): Moment {
  const text = q?.toLowerCase();
  const fitting = applications.filter(
    ran =>
      (project === undefined || ran.project === project) &&
      (state === undefined || ran.state === state) &&
      (text === undefined || says(ran, text)) &&
      shows(ran),
  );
  const rest = after === '' ? fitting : fitting.filter(ran => ran.application > after);
  const page = rest.slice(0, limit);
  const last = page.at(-1);
  const isMore = last !== undefined && rest.length > page.length;
  return { ...then, total: fitting.length, applications: page, ...(isMore ? { next: last.application } : {}) };
}

function says({ application, project, revision, author, subject, who }: Ran, text: string): boolean {
  return [application, project, revision, author, subject, who].some(one => one?.toLowerCase().includes(text));
}
