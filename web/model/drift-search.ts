import { textIn } from '../util/search.ts';

/** Which differences are looked at: in the address of the page, and in the words of the API. */
export interface DriftSearch {
  q?: string;
  project?: string;
  /** Who made them. */
  by?: string;
}

export function driftSearchOf(search: Record<string, unknown>): DriftSearch {
  const [q, project, by] = [textIn(search.q), textIn(search.project), textIn(search.by)];
  return {
    ...(q === undefined ? {} : { q }),
    ...(project === undefined ? {} : { project }),
    ...(by === undefined ? {} : { by }),
  };
}
