// npm start: without a repository it shows a demo; with one it is `holdfast run`.

import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { HoldfastError } from '../src/errors.ts';
import { buildGo, programs } from './build-go.ts';
import { buildWeb } from './build-web.ts';
import { root } from './demo/place.ts';
import { runDemo } from './demo/run.ts';

const help = `npm start
    Makes a small deployment repository, .holdfast/demo/fleet.git, and delivers from it to processes and files on
    this machine. Says what runs and what to try. Ctrl-C stops everything; the next start goes on from what is there.

npm start -- --repo URL [--path DIRECTORY] [--target kubernetes|machine] [--kubeconfig FILE] ...
    Delivers from your own repository: the same as bin/holdfast run, whose help lists all options.

  --data-dir DIRECTORY   keep state, mirrors and the demo there instead of in .holdfast
  --help                 this text`;

const options = { help: { type: 'boolean', short: 'h' }, 'data-dir': { type: 'string' } } as const;
const args = process.argv.slice(2);
const { values, tokens } = parseArgs({ args, options, strict: false, tokens: true });
const isDemo = tokens.every(token => token.kind === 'option' && Object.hasOwn(options, token.name));

if (values.help === true) {
  process.stdout.write(`${help}\n`);
} else {
  try {
    await buildGo(programs.renderer);
    await buildWeb();
    if (isDemo)
      await demo(resolve(typeof values['data-dir'] === 'string' ? values['data-dir'] : join(root, '.holdfast')));
    else await run();
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    if (error instanceof HoldfastError) process.stderr.write(`  → ${error.advice}\n`);
    process.exitCode = 1;
  }
}

async function demo(dataDirectory: string): Promise<void> {
  const stopping = new AbortController();
  // npm and the terminal both pass Ctrl-C on: it is the same one. Stopping has its own deadlines.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stopping.abort());
  // A terminal that is closed takes no more words; what was started has to be stopped all the same.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
  try {
    await runDemo(dataDirectory, stopping.signal);
  } catch (error) {
    if (!stopping.signal.aborted) throw error;
  }
  process.stdout.write('Stopped: nothing of the demo runs any more. npm start goes on from here.\n');
}

/** As bin/holdfast does, in this process. */
async function run(): Promise<void> {
  process.argv.splice(2, args.length, 'run', ...args);
  await import('../src/cli/main.ts');
}
