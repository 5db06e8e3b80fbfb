import type { ThenRow, TimelineKind } from '../api/types.ts';
import { textIn, textsIn } from '../util/search.ts';
import type { StatusView } from './status.ts';

/** What happened, or what is recorded of it: in the address of the page. */
export interface ActivitySearch {
  tab?: 'audit';
  /** A moment instead: what ran then. Milliseconds since 1970. */
  at?: string;
  /** Of a moment: how it stands to now. */
  is?: ThenRow['is'][];
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

/** How what ran then stands to what runs now. */
export const changes = {
  changed: { shape: 'unequal', tone: 'warn', label: 'Other revision now' },
  gone: { shape: 'cross', tone: 'bad', label: 'Gone now' },
  added: { shape: 'ring', tone: 'work', label: 'Not there then' },
  same: { shape: 'equal', tone: 'good', label: 'As now' },
} as const satisfies Record<ThenRow['is'], StatusView>;

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
  const is = textsIn(search.is).filter((one): one is ThenRow['is'] => Object.hasOwn(changes, one));
  const to = textIn(search.to);
  const at = textIn(search.at);
  return {
    ...(textIn(search.tab) === 'audit' ? { tab: 'audit' } : {}),
    ...(at !== undefined && /^\d{1,15}$/.test(at) ? { at } : {}),
    ...(is.length === 0 ? {} : { is }),
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

/** With it, or without it where it was there. */
export function changeToggled(search: ActivitySearch, change: ThenRow['is']): ActivitySearch {
  const { is: present = [], ...rest } = search;
  const next = present.includes(change) ? present.filter(one => one !== change) : [...present, change];
  return next.length === 0 ? rest : { ...rest, is: next };
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
