import type { List } from '../../api/types.ts';

/** What is the same in each row is said in none. */
export interface ShownColumns {
  projects: boolean;
  targets: boolean;
}

export function shownColumns(facets: List['facets'] | undefined): ShownColumns {
  return { projects: (facets?.projects.length ?? 0) > 1, targets: (facets?.targets.length ?? 0) > 1 };
}
