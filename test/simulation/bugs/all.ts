// npm run hunt [-- NAME…]: every seeded bug in turn, from the first history on, until a monitor that has to find it complains.

import { bugs } from './bugs.ts';
import { huntAll } from './hunt.ts';

const names = process.argv.slice(2);
const chosen = bugs.filter(({ name }) => names.length === 0 || names.includes(name));
const missed = await huntAll(chosen, 'start', ({ name }, { monitor, ...found }) =>
  console.log(`${monitor === undefined ? 'MISSED' : 'found '}  ${name}: ${JSON.stringify({ monitor, ...found })}`),
);
console.log(JSON.stringify({ bugs: chosen.length, missed: missed.length }));
process.exitCode = missed.length === 0 ? 0 : 1;
