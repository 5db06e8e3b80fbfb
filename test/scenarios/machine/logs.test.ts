import { lstat, readdir } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { waitFor } from '../../world/wait.ts';
import { type Machine, quick, startMachine } from './harness.ts';

describe('logs', () => {
  let machine: Machine;
  beforeAll(async () => {
    machine = await startMachine({ ...quick, logBytes: 20_000, logsKept: 3 });
  });
  afterAll(async () => {
    await machine[Symbol.asyncDispose]();
  });
  const logs = () => `${machine.path}/root/logs/app`;

  test('are rotated by size while the process goes on writing, and the oldest go', async () => {
    const chatter =
      "let n = 0; setInterval(() => { for (let i = 0; i < 40; i++) console.log('line', n++, 'x'.repeat(60)); }, 20);";
    await machine.deliver('app', { Procfile: 'chatter: node chatter.js\n', 'chatter.js': chatter });
    await waitFor('three old logs', async () => (await readdir(logs())).length === 4);
    await waitFor('another turn', async () => (await lstat(`${logs()}/chatter.log`)).size < 15_000);
    expect(await readdir(logs())).toEqual(['chatter.log', 'chatter.log.1', 'chatter.log.2', 'chatter.log.3']);
    expect((await lstat(`${logs()}/chatter.log.1`)).size).toBeGreaterThan(20_000);
  });

  test('are followed across processes, and a tail is its last lines', async () => {
    const files = {
      Procfile: 'one: node say.js one\ntwo: node say.js two\n',
      'say.js':
        "for (let i = 0; i < 5; i++) console.log(process.argv[2], i); setTimeout(() => console.log(process.argv[2], 'later'), 1500); setInterval(() => {}, 1000);",
    };
    await machine.deliver('talk', files);
    const follow = new AbortController();
    const lines: string[] = [];
    const tail = async (name: string | undefined, count: number) => {
      const found: string[] = [];
      for await (const { source, text } of machine.target.logs!('talk', name, { tail: count }, follow.signal))
        found.push(`${source}: ${text}`);
      return found;
    };
    await waitFor('its words', async () => (await tail('one', 2)).join() === 'one: one 3,one: one 4');
    await waitFor('those of the other', async () => (await tail('talk/two', 1)).join() === 'two: two 4');
    for await (const { source, text } of machine.target.logs!(
      'talk',
      undefined,
      { tail: 0, follow: true },
      follow.signal,
    )) {
      lines.push(`${source}: ${text}`);
      if (lines.length === 2) follow.abort();
    }
    expect(lines.sort()).toEqual(['one: one later', 'two: two later']);
  });
});
