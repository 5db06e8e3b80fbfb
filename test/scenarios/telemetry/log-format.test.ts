import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { logFields } from '../../../src/env/log-fields.ts';
import { temporaryDirectory } from '../../world/directory.ts';
import { GitRepo } from '../../world/git-repo.ts';
import { waitFor } from '../../world/wait.ts';

const program = join(import.meta.dirname, '../../../bin/holdfast');

/** What an operator says on stderr until it has delivered, and then on its way to the end. */
async function stderrOf(format: string): Promise<string[]> {
  await using directory = await temporaryDirectory('log-format');
  const repo = await GitRepo.create(directory.path);
  await repo.commit({ 'shop/Procfile': "web: /bin/sh -c 'while true; do sleep 1; done'\n" });
  const words = ['run', '--repo', repo.fileUrl, '--target', 'machine', '--stop-processes', '--log-format', format];
  const child = spawn(program, words, { cwd: directory.path });
  let text = '';
  child.stderr.setEncoding('utf8').on('data', piece => {
    text += piece;
  });
  try {
    await waitFor('it to deliver', () => text.includes('succeeded at') && text.includes('its API is at'));
  } finally {
    child.kill('SIGTERM');
    await once(child, 'exit');
  }
  return text.trimEnd().split('\n');
}

test('json: every line is an object with documented names, the first words of the operator too', async () => {
  const lines = (await stderrOf('json')).map(line => JSON.parse(line));
  const names = new Set(['time', 'level', 'message', ...Object.keys(logFields)]);
  for (const line of lines) {
    expect(Object.keys(line).slice(0, 3)).toEqual(['time', 'level', 'message']);
    expect(Object.keys(line).filter(name => !names.has(name))).toEqual([]);
  }
  expect(lines).toContainEqual(expect.objectContaining({ message: expect.stringContaining('its API is at http') }));
  expect(lines).toContainEqual(expect.objectContaining({ application: 'shop', type: 'sync', by: 'automated' }));
});

test('plain: for people, also where nobody sits at a terminal', async () => {
  const lines = await stderrOf('plain');
  expect(lines.some(line => /^\d\d:\d\d:\d\d info {2}succeeded at .* application=shop/.test(line))).toBe(true);
  expect(lines.filter(line => line.startsWith('{'))).toEqual([]);
});
