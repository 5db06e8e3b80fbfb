import { expect, test } from 'vitest';
import { waitFor } from '../../world/wait.ts';
import { startMachine } from './harness.ts';

const signal = AbortSignal.timeout(60_000);
const process = (name: string) => ({ group: 'machine.holdfast.dev', kind: 'Process', namespace: '', name });

test('a process shows what runs of it, and tells what became of it, newest first', async () => {
  await using machine = await startMachine();
  const { target } = machine;
  const files = {
    Procfile: 'web: node web.js\n',
    'web.js': "console.log('up'); setTimeout(() => process.exit(7), 400);",
  };
  const { desired } = await machine.deliver('app', files, { wait: false });
  const id = desired.find(one => one.id.kind === 'Process')!.id;
  const running = await waitFor('it to run', async () => (await target.owned('app', signal)).resources[0]);
  expect(running).toMatchObject({
    parents: [`${id.group}/Process//app/web`],
    summary: expect.stringMatching(/^process \d+$/),
    createdAt: expect.any(Number),
  });
  const events = await waitFor('three events', async () => {
    const found = await target.events('app', id, signal);
    return found.length >= 3 ? found : undefined;
  });
  const told = events.toReversed().map(({ level, reason, message }) => [level, reason, message]);
  expect(told.slice(0, 3)).toEqual([
    ['info', 'Started', expect.stringMatching(/^process \d+$/)],
    ['warning', 'Ended', 'ended with exit code 7; its last line: up'],
    ['info', 'Started', expect.stringMatching(/^process \d+$/)],
  ]);
  expect(await target.events('app', process('app/none'), signal)).toEqual([]);
  expect((await target.owned('none', signal)).resources).toEqual([]);
});

test('what differs between two declarations is said by field; what is hidden says only that it differs', async () => {
  await using machine = await startMachine();
  const procfile = (command: string) => ({ Procfile: `web: ${command}\n`, 'web.js': 'setInterval(() => {}, 1000);' });
  const before = (await machine.deliver('app', procfile('node web.js'))).desired;
  const after = (await machine.deliver('app', procfile('node web.js --fast'))).desired;
  const of = (all: typeof before) => all.find(one => one.id.kind === 'Process')!;
  const changes = await machine.target.contrast(of(before), of(after));
  expect(changes.find(({ path }) => path === '/command')).toEqual({
    ...{ path: '/command', live: '"node web.js"', declared: '"node web.js --fast"' },
  });
  expect(await machine.target.contrast(of(after), of(after))).toEqual([]);
});
