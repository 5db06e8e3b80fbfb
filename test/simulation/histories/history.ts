import type { Hindrance } from './hindrance.ts';

/** One history: what is declared, what people and the world do to it, and when it becomes calm. Plain data: it can be cut down and written down. */
export interface History {
  seed: number;
  /** For people: what kind of history it is. */
  words: string;
  target: 'kubernetes' | 'machine';
  /** Files of the first commit. */
  first: Record<string, string>;
  /** In the order of their times. */
  actions: Action[];
  /** From here on (virtual ms) nobody does anything, and nothing fails. */
  calmAt: number;
  /** A second operator of the same environment, on a disk of its own, runs from `from` to `to`. */
  second?: { from: number; to: number };
  /** What is done at rest and must not lead to any write. */
  encores: Encore[];
  /** Faults are aimed at this application only: others must not notice. */
  victim?: string;
}

export type Encore = 'restart' | 'unrelated commit' | 'lost store' | 'no-op sync';

/** What a person does to one object of the cluster, named `group/Kind/namespace/name`; or to a file or process of a machine. */
export interface Handiwork {
  do:
    | 'edit'
    | 'delete'
    | 'scale'
    /** Takes our mark off. */
    | 'strip'
    | 'annotate'
    /** Deletes it and makes another of the same name. */
    | 'replace'
    /** Makes another object beside it with the same labels and annotations, as controllers do. */
    | 'copy'
    /** Edits it twice a second, for half a minute. */
    | 'fight'
    /** Ends a process. */
    | 'kill'
    /** Removes all that a process runs in. */
    | 'wipe'
    /** Makes the directory of a file a link to somewhere else, for half a minute. */
    | 'link';
  key: string;
}

export type Action = { at: number /** Never left out when a history is cut down. */; kept?: true } & (
  | { do: 'commit'; words: string; files: Record<string, string | null> }
  /** The branch goes back to the commit that it had after its `to`-th move. */
  | { do: 'force-push'; to: number }
  | { do: 'handiwork'; work: Handiwork }
  | { do: 'delete namespace'; name: string }
  | { do: 'request'; request: Request }
  | { do: 'crash' }
  | { do: 'stop' }
  | { do: 'pause'; ms: number }
  | { do: 'lose store' }
  /** What is in it is no database any more. */
  | { do: 'tear store' }
  /** It is as it was so many transactions ago. */
  | { do: 'older store'; by: number }
  /** What a machine target remembers of all applications is garbage. */
  | { do: 'tear inventory' }
  | { do: 'lose power' }
  | { do: 'end watches' }
  | { do: 'compact' }
  /** Of etcd; restored, the cluster is as it was then. */
  | { do: 'take snapshot' }
  | { do: 'restore snapshot' }
  | { do: 'wall clock'; byMs: number }
  | { do: 'hinder'; ms: number; hindrance: Hindrance }
);

/** Asked of the operator by a person. */
export type Request =
  | { ask: 'sync'; app: string; prune?: boolean; confirm?: boolean }
  | { ask: 'rollback' | 'suspend' | 'resume' | 'cancel' | 'refresh' | 'diff'; app: string }
  | { ask: 'remove'; app: string; orphan: boolean };

/** How an action reads in a replay. */
export function describeAction(action: Action): string {
  const at = `${(action.at / 1000).toFixed(1)} s: ${action.do}`;
  switch (action.do) {
    case 'commit':
      return `${at} (${action.words})`;
    case 'force-push':
      return `${at} to the branch's ${action.to}. place`;
    case 'handiwork':
      return `${at} ${action.work.do} ${action.work.key}`;
    case 'delete namespace':
      return `${at} ${action.name}`;
    case 'request':
      return `${at} ${JSON.stringify(action.request)}`;
    case 'pause':
      return `${at} ${action.ms} ms`;
    case 'older store':
      return `${at} by ${action.by}`;
    case 'wall clock':
      return `${at} by ${action.byMs} ms`;
    case 'hinder':
      return `${at} for ${action.ms} ms ${JSON.stringify(action.hindrance)}`;
    default:
      return at;
  }
}
