import { access } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import type { ApplicationRow } from '../../src/api/schemas.ts';
import { type Client, createClient } from '../../src/cli/client.ts';
import { readOperatorFile } from '../../src/cli/operator-file.ts';
import { pulses } from '../../src/cli/pulses.ts';
import { runOperator } from '../../src/cli/run-operator.ts';
import { colourStyle, plainStyle } from '../../src/cli/style.ts';
import type { Env } from '../../src/env/env.ts';
import { plainLog } from '../../src/env/real/log.ts';
import { realEnv } from '../../src/env/real.ts';
import { git } from './git.ts';
import { type DemoPlace, demoPlace } from './place.ts';
import { openRepository } from './repository.ts';
import { type DemoState, eventLine, introduction, statusLine } from './words.ts';

/** After this long it is said what is not well yet. */
const patienceMs = 30_000;

const style = process.stdout.isTTY && (process.env.NO_COLOR ?? '') === '' ? colourStyle : plainStyle;
const say = (text: string) => process.stdout.write(`${text}\n`);

/** The operator on a repository made for it, until the signal. Then nothing that it started is left. */
export async function runDemo(dataDirectory: string, signal: AbortSignal): Promise<void> {
  const place = demoPlace(dataDirectory);
  const { port, remark } = await openRepository(place);
  if (remark !== '') say(remark);
  const env = realEnv();
  let telling: Promise<void> = Promise.resolve();
  const request = {
    flags: {
      repo: pathToFileURL(place.repository).href,
      interval: '1s',
      target: 'machine' as const,
      root: place.machine,
      roots: [place.machine],
      dataDirectory,
      logLevel: 'warn',
    },
    place: { directory: place.repository },
    stopProcesses: true,
    logging: (level: Parameters<typeof plainLog>[0]) => realEnv(plainLog(level)),
    started: (url: string, setupLink: string | undefined) => {
      telling = tell(env, place, { port, open: setupLink ?? url }, signal).catch(error => {
        if (!signal.aborted)
          say(`What happens can no longer be told: ${error instanceof Error ? error.message : error}`);
      });
    },
  };
  await runOperator(env, request, signal);
  await telling;
}

type Told = Pick<DemoState, 'port' | 'open'>;

/** Watches the operator as any of its users does: over its API. */
async function tell(env: Env, place: DemoPlace, told: Told, signal: AbortSignal): Promise<void> {
  const client = createClient(env, await readOperatorFile(env.files, place.dataDirectory));
  try {
    const began = env.clock.monotonic();
    let after = (await client.events({ limit: 1 }, signal)).at(-1)?.id ?? 0;
    let state: 'waiting' | 'impatient' | 'introduced' = 'waiting';
    for await (const _ of pulses(client, [], env.timers, signal)) {
      after = await tellEvents(client, after, signal);
      if (state === 'introduced') continue;
      const rows = await client.applications(signal);
      if (rows.length > 0 && rows.every(isWell)) {
        say(introduction(rows, { place, ...told, ...(await surroundings(place)) }, style));
        state = 'introduced';
      } else if (state === 'waiting' && env.clock.monotonic() - began > patienceMs) {
        say('Not everything is well yet:');
        for (const row of rows) say(statusLine(row, style));
        state = 'impatient';
      }
    }
  } finally {
    await client.close();
  }
}

async function tellEvents(client: Client, after: number, signal: AbortSignal): Promise<number> {
  const events = await client.events({ after, limit: 1_000 }, signal);
  for (const event of events) say(eventLine(event, style));
  return events.at(-1)?.id ?? after;
}

function isWell({ sync, health }: ApplicationRow): boolean {
  return sync.status === 'Synced' && health.status === 'Healthy';
}

async function surroundings(place: DemoPlace): Promise<{ hasIdentity: boolean; isCloned: boolean }> {
  const isCloned = await access(place.clone).then(
    () => true,
    () => false,
  );
  return { isCloned, hasIdentity: await knowsIdentity() };
}

/** Whether the user's own git would let them commit. */
async function knowsIdentity(): Promise<boolean> {
  return await git(['var', 'GIT_COMMITTER_IDENT'], { asUser: true }).then(
    () => true,
    () => false,
  );
}
