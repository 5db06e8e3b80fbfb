import type { TimelineKind } from '../api/types.ts';
import { textIn, textsIn } from '../util/search.ts';
import type { StatusView } from './status.ts';

/** What happened, or what is recorded of it: in the address of the page. */
export interface ActivitySearch {
  tab?: 'audit';
  kind?: TimelineKind[];
  application?: string;
  project?: string;
  /** No earlier than that long ago. */
  last?: ActivitySpan;
  /** No later than; milliseconds since 1970. */
  to?: string;
  /** Of records: any text, who, and with which result. */
  q?: string;
  who?: string;
  action?: string;
  result?: string;
}

const hour = 3_600_000;
export const spans = { hour, day: 24 * hour, week: 7 * 24 * hour, month: 30 * 24 * hour } as const;
export type ActivitySpan = keyof typeof spans;

export const kinds = {
  commit: { shape: 'ring', tone: 'quiet', label: 'Commits' },
  sync: { shape: 'full', tone: 'good', label: 'Syncs' },
  drift: { shape: 'unequal', tone: 'warn', label: 'Drift' },
  health: { shape: 'triangle', tone: 'bad', label: 'Health' },
  override: { shape: 'pause', tone: 'quiet', label: 'Overrides' },
  declaration: { shape: 'equal', tone: 'quiet', label: 'Declarations' },
} as const satisfies Record<TimelineKind, StatusView>;

export function activitySearchOf(search: Record<string, unknown>): ActivitySearch {
  const kind = textsIn(search.kind).filter((one): one is TimelineKind => Object.hasOwn(kinds, one));
  const last = textIn(search.last);
  const to = textIn(search.to);
  return {
    ...(textIn(search.tab) === 'audit' ? { tab: 'audit' } : {}),
    ...(kind.length === 0 ? {} : { kind }),
    ...wordOf('application', search),
    ...wordOf('project', search),
    ...(last !== undefined && Object.hasOwn(spans, last) ? { last: last as ActivitySpan } : {}),
    ...(to !== undefined && /^\d{1,15}$/.test(to) ? { to } : {}),
    ...wordOf('q', search),
    ...wordOf('who', search),
    ...wordOf('action', search),
    ...wordOf('result', search),
  };
}

/** With the kind, or without it where it was there. */
export function kindToggled(search: ActivitySearch, kind: TimelineKind): ActivitySearch {
  const { kind: present = [], ...rest } = search;
  const next = present.includes(kind) ? present.filter(one => one !== kind) : [...present, kind];
  return next.length === 0 ? rest : { ...rest, kind: next };
}

function wordOf<Name extends string>(name: Name, search: Record<string, unknown>): Partial<Record<Name, string>> {
  const word = textIn(search[name]);
  return word === undefined ? {} : ({ [name]: word } as Record<Name, string>);
}
