// Runs histories in an engine with one bug (see patch.ts) until one of the monitors named complains. Prints one line of JSON.

import { cases } from '../histories/batch.ts';
import { runCase } from '../histories/cases.ts';
import { bugs } from './bugs.ts';

const [name, most = '400'] = process.argv.slice(2);
const bug = bugs.find(one => one.name === name);
if (bug === undefined) throw new Error(`there is no bug "${name}"`);
const others = new Set<string>();

for await (const found of hunt(Number(most), bug.caughtBy)) {
  console.log(JSON.stringify({ name, ...found, others: [...others] }));
  process.exitCode = found.monitor === undefined ? 1 : 0;
}

interface Found {
  histories: number;
  monitor?: string;
  words?: string;
  replay?: string;
}

async function* hunt(limit: number, wanted: readonly string[]): AsyncGenerator<Found> {
  let histories = 0;
  for await (const one of cases({ worker: 0, workers: 1, seed: 1 })) {
    if (histories++ >= limit) break;
    const { violations, replay } = await runCase(one);
    for (const { monitor } of violations) others.add(monitor);
    const caught = violations.find(({ monitor }) => wanted.includes(monitor));
    if (caught !== undefined) return yield { histories, monitor: caught.monitor, words: caught.words, replay };
  }
  yield { histories: limit };
}
