// Runs histories in an engine with one bug (see patch.ts) until one of the monitors named complains. Prints one line of JSON.

import { cases } from '../histories/batch.ts';
import { type Case, exhaustiveCases, runCase } from '../histories/cases.ts';
import { caseOf } from '../histories/replay.ts';
import type { Bug } from './bug.ts';
import { bugs } from './bugs.ts';

/** What a search comes to. */
export interface Found {
  /** So many were run. */
  histories: number;
  /** Who complained, about what; undefined when nobody did who has to. */
  monitor?: string;
  words?: string;
  replay?: string;
  /** Whoever complained, too. */
  others: string[];
}

const [name, most = '', from] = process.argv.slice(2);
const bug = bugs.find(one => one.name === name);
if (bug === undefined) throw new Error(`there is no bug "${name}"`);
console.log(JSON.stringify(await search(bug, Number(most), from === 'seen')));

async function search(bug: Bug, limit: number, fromSeen: boolean): Promise<Found> {
  const { caughtBy } = bug;
  const others = new Set<string>();
  let histories = 0;
  for await (const one of candidates(bug, fromSeen)) {
    if (histories++ >= limit) break;
    const { violations, replay } = await runCase(one);
    for (const { monitor } of violations) others.add(monitor);
    const caught = violations.find(({ monitor }) => caughtBy.includes(monitor));
    if (caught === undefined) continue;
    const { monitor, words } = caught;
    return { histories, monitor, words, replay, others: [...others] };
  }
  return { histories: limit, others: [...others] };
}

/** Where it was seen the last time, perhaps; then whatever comes. */
async function* candidates({ seen, where }: Bug, fromSeen: boolean): AsyncGenerator<Case> {
  if (fromSeen) yield caseOf(seen);
  yield* where === undefined ? cases({ worker: 0, workers: 1, seed: 1 }) : exhaustiveCases({ name: where });
}
