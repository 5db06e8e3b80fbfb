/** One exchange. `$NS` in paths and bodies is the namespace of the case, `$ID` a name that is the case's own. */
export interface Step {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'WATCH' | 'EVENTS' | 'WAIT';
  path: string | ((earlier: readonly Answer[]) => string);
  body?: string | object | ((earlier: readonly Answer[]) => object);
  /** The media type of the body. */
  type?: keyof typeof mediaTypes;
  accept?: string;
  /** The user agent; `human/1.0` unless said. */
  as?: string;
  /** Asked again until this holds. */
  until?: (answer: Answer) => boolean;
  /** Of EVENTS: how many are to come of the WATCH that the step with this number opened. */
  of?: number;
  count?: number;
  /** `reason`: of a refusal only code and reason; `outline`: of anything, what it is and how many. Default: all of it. */
  compare?: 'reason' | 'outline';
  /** The part of the answer that is compared. */
  // biome-ignore lint/suspicious/noExplicitAny: as above
  pick?: (body: any) => unknown;
}

export interface Answer {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: steps and comparisons look into answers of all kinds.
  body: any;
}

export interface Case {
  name: string;
  /** Times of managers are compared, too: which are equal, and their order. Then each change WAITs for its own second. */
  timed?: boolean;
  steps: Step[];
}

export const mediaTypes = {
  json: 'application/json',
  apply: 'application/apply-patch+yaml',
  merge: 'application/merge-patch+json',
  patch: 'application/json-patch+json',
  strategic: 'application/strategic-merge-patch+json',
};

export const partial = 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json';
export const partialList = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json';

/** An open watch. Its events are kept until they are asked for. */
export interface Watching {
  answer: Answer;
  events(count: number): Promise<Answer>;
}

/** Something that answers exchanges: the model, or the real server. */
export interface Side {
  send(request: Request): Promise<Answer>;
  watch(request: Request): Promise<Watching>;
  /** Lets a moment pass before asking again, or so long. */
  pass(ms?: number): Promise<void>;
}

export interface Request {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: string | undefined;
}
