import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runProgram } from '../../world/process.ts';

const root = join(import.meta.dirname, '../../..');
const ask = `
  import { installDebian } from './test/world/debian.ts';
  // Another user than root cannot be had everywhere; what is asked is who we are.
  process.getuid = () => 1000;
  const known = { shell: '/bin/sh', one: '/nowhere/one', two: '/nowhere/two' };
  for (const name of ['shell', 'two'])
    await installDebian(known, name).then(() => console.log('there'), error => console.log(error.message));
`;

test('where nothing may be installed, one sentence names every package that is missing', async () => {
  const said = await runProgram(process.execPath, ['--input-type=module', '--eval', ask], { cwd: root });
  expect(said.toString()).toBe(
    'there\nThese tests need /nowhere/two, and may not install it here: apt-get install one two\n',
  );
});
