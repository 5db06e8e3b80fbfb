/** What one render may use. Passing one ends that render with an error that names it. */
export interface Budgets {
  /** From its start to its result, waiting for files included. */
  milliseconds: number;
  /** All files read. */
  inputBytes: number;
  /** Any one of them. */
  fileBytes: number;
  /** All resources rendered. */
  outputBytes: number;
  resources: number;
  /** What chart archives inflate to. */
  inflatedBytes: number;
  /** Questions about files. */
  files: number;
  /** Of the renderer's process, all renders together. */
  memoryBytes: number;
  /** Renders at the same time. */
  parallel: number;
  /** Set of queries of `ignoreDifferences` on one resource. */
  queryMilliseconds: number;
  /** Rounds of fetching what a render lacks. */
  rounds: number;
  /** What the cache may keep on disk. */
  cacheBytes: number;
}

const mebi = 1024 * 1024;

export const defaultBudgets: Budgets = {
  milliseconds: 30_000,
  inputBytes: 128 * mebi,
  fileBytes: 10 * mebi,
  outputBytes: 64 * mebi,
  resources: 20_000,
  inflatedBytes: 100 * mebi,
  files: 50_000,
  memoryBytes: 1024 * mebi,
  parallel: 8,
  queryMilliseconds: 1_000,
  rounds: 8,
  cacheBytes: 256 * mebi,
};
