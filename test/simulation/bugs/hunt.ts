// Runs histories in an engine with one bug (see patch.ts) until one of the monitors named complains. Prints one line of JSON.

import { cases } from '../histories/batch.ts';
import { exhaustiveCases, runCase } from '../histories/cases.ts';
import type { Bug } from './bug.ts';
import { bugs } from './bugs.ts';

const [name, most = '400'] = process.argv.slice(2);
const bug = bugs.find(one => one.name === name);
if (bug === undefined) throw new Error(`there is no bug "${name}"`);
const others = new Set<string>();

for await (const found of hunt(Number(most), bug)) {
  console.log(JSON.stringify({ name, ...found, others: [...others] }));
  process.exitCode = found.monitor === undefined ? 1 : 0;
}

interface Found {
  histories: number;
  monitor?: string;
  words?: string;
  replay?: string;
}

async function* hunt(limit: number, { caughtBy, where }: Bug): AsyncGenerator<Found> {
  let histories = 0;
  const all = where === undefined ? cases({ worker: 0, workers: 1, seed: 1 }) : exhaustiveCases(where);
  for await (const one of all) {
    if (histories++ >= limit) break;
    const { violations, replay } = await runCase(one);
    for (const { monitor } of violations) others.add(monitor);
    const caught = violations.find(({ monitor }) => caughtBy.includes(monitor));
    if (caught !== undefined) return yield { histories, monitor: caught.monitor, words: caught.words, replay };
  }
  yield { histories: limit };
}
