/**
 * Where a fault can happen. The simulated world asks the plan once at each effect of the engine, before it carries
 * the effect out, and then does what the verdict says.
 */

export const pointKinds = [
  /** A request that changes the cluster, by any client of this world's operators. */
  'api.write',
  'api.read',
  /** A watch is opened. */
  'api.watch',
  /** One line of an open watch is about to arrive. */
  'watch.event',
  /** The references of a remote are asked for. */
  'git.refs',
  'git.fetch',
  /** Any other run of the git program: objects, references, upkeep of the mirror. */
  'git.read',
  /** One request to the renderer. */
  'render',
  'file.write',
  'file.read',
  'database.write',
  /** A program other than git and the renderer: services, hooks. */
  'process.start',
  'timer',
] as const;

export type PointKind = (typeof pointKinds)[number];

export interface Point {
  kind: PointKind;
  /** Which of its kind in this history, from 0, over all operators and incarnations. */
  index: number;
  /** What is about to be done: `PATCH /api/v1/namespaces/shop/configmaps/web`, `fetch fleet`. */
  detail: string;
}

export type Deed =
  | 'crash-before'
  | 'crash-after'
  /** It does not happen, and the one who asked is told so. */
  | 'fail'
  /** It happens; the answer is lost. */
  | 'fail-after'
  | 'drop'
  | 'duplicate'
  | 'delay'
  | 'hang'
  | 'truncate'
  | 'stale'
  | 'status';

export type Verdict =
  | undefined
  | {
      do: Deed;
      /** delay, hang: virtual milliseconds; a hang without it never ends. */
      ms?: number;
      /** status: the answer's code. */
      status?: number;
      /** stale: by how many revisions (cluster) or commits (git) the answer is behind. */
      by?: number;
      /** status: the answer's body. */
      body?: string;
      retryAfterS?: number;
      /** With a crash: it is the whole machine's power that goes. */
      power?: true;
    };

export type FaultPlan = (point: Point) => Verdict;
