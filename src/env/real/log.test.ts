import { expect, test } from 'vitest';
import { jsonLog, plainLog } from './log.ts';

function collected(make: (write: (line: string) => void) => ReturnType<typeof jsonLog>): string[] {
  const lines: string[] = [];
  const log = make(line => lines.push(line));
  log.debug('not this');
  log.info('synced\nat once', { application: 'shop', reason: 'a "quote"\n and a line', by: undefined });
  log.error('failed', { pid: 3 });
  return lines;
}

test('json: one object a line, with the same four names first, whatever is said', () => {
  const lines = collected(write => jsonLog('info', write));
  expect(lines.map(line => [line.endsWith('\n'), line.trimEnd().includes('\n')])).toEqual([
    [true, false],
    [true, false],
  ]);
  const [info, error] = lines.map(line => JSON.parse(line));
  expect(info).toEqual({
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    level: 'info',
    message: 'synced\nat once',
    application: 'shop',
    reason: 'a "quote"\n and a line',
  });
  expect(Object.keys(error)).toEqual(['time', 'level', 'message', 'pid']);
});

test('plain: time, level and words, then the facts', () => {
  const [info] = collected(write => plainLog('info', write));
  expect(info).toMatch(/^\d\d:\d\d:\d\d info {2}synced/);
  expect(info).toContain(' application=shop ');
});
