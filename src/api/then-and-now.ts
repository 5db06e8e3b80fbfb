import type { Ran } from '../access/audit/ran.ts';
import type { Then } from '../reconcile/past.ts';
import type { Change, ThenAndNow } from './timeline-schemas.ts';

export interface ThenAndNowFilter {
  application?: string | undefined;
  project?: string | undefined;
  q?: string | undefined;
  is?: Change | readonly Change[] | undefined;
  /** `next` of the page before. */
  after?: string | undefined;
}

type Page = Omit<ThenAndNow, 'mayRestore'>;
type Row = ThenAndNow['applications'][number];

/** What ran then, and what of it is otherwise by now: one page of those that `shows` lets through. */
export function thenAndNow(
  then: Then,
  now: Pick<Then, 'applications'>,
  { is, after = '', ...filter }: ThenAndNowFilter,
  limit: number,
  shows: (ran: Ran) => boolean,
): Page {
  const present = new Map(now.applications.map(ran => [ran.application, ran]));
  const before = new Set(then.applications.map(ran => ran.application));
  const later = now.applications.filter(ran => !before.has(ran.application)).map(ran => rowOf(undefined, ran));
  const all = [...then.applications.map(ran => rowOf(ran, present.get(ran.application))), ...later]
    .filter(row => row !== undefined)
    .filter(row => fits(row, filter) && [row.past, row.now].every(ran => ran === undefined || shows(ran)))
    .sort((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1));
  const wanted = is === undefined ? undefined : new Set<Change>(typeof is === 'string' ? [is] : is);
  const chosen = wanted === undefined ? all : all.filter(row => wanted.has(row.is));
  const rest = chosen.filter(row => placeOf(row) > after);
  const page = rest.slice(0, limit);
  const last = page.at(-1);
  const count = (change: Change) => all.filter(row => row.is === change).length;
  return {
    at: then.at,
    total: chosen.length,
    counts: { same: count('same'), changed: count('changed'), gone: count('gone'), added: count('added') },
    applications: page,
    ...(last !== undefined && rest.length > page.length ? { next: placeOf(last) } : {}),
  };
}

/** What is otherwise by now comes first. */
function placeOf({ is, application }: Row): string {
  return `${is === 'same' ? 1 : 0} ${application}`;
}

/** Undefined for what was gone then, and is gone now. */
function rowOf(then: Ran | undefined, now: Ran | undefined): Row | undefined {
  const [ran, runs] = [running(then), running(now)];
  const known = ran ?? runs;
  if (known === undefined) return undefined;
  const { application, project } = known;
  return {
    application,
    ...(project === undefined ? {} : { project }),
    is: changeOf(ran, runs),
    ...(ran === undefined ? {} : { past: ran }),
    ...(runs === undefined ? {} : { now: runs }),
  };
}

function running(ran: Ran | undefined): Ran | undefined {
  return ran?.state === 'running' ? ran : undefined;
}

function changeOf(then: Ran | undefined, now: Ran | undefined): Change {
  if (then === undefined) return 'added';
  if (now === undefined) return 'gone';
  const sources = ({ sources }: Ran) => sources.map(({ repoURL, revision }) => `${repoURL} ${revision}`).join('\n');
  return then.revision === now.revision && sources(then) === sources(now) ? 'same' : 'changed';
}

function fits(row: Row, { application, project, q }: ThenAndNowFilter): boolean {
  if (application !== undefined && row.application !== application) return false;
  if (project !== undefined && row.project !== project) return false;
  if (q === undefined) return true;
  const said = [row.past, row.now].flatMap(ran => [ran?.revision, ran?.author, ran?.subject, ran?.who]);
  const text = q.toLowerCase();
  return [row.application, row.project, ...said].some(one => one?.toLowerCase().includes(text));
}
