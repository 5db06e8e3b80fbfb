import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const read = async (file: string) => JSON.parse(await readFile(join(root, file), 'utf8'));

const kinds = ['dependencies', 'devDependencies', 'optionalDependencies'];

test('package-lock.json locks what package.json asks for', async () => {
  const asked = await read('package.json');
  const locked = (await read('package-lock.json')).packages[''];
  for (const kind of kinds) expect(locked[kind], kind).toEqual(asked[kind]);
});

test('versions are exact', async () => {
  const asked = await read('package.json');
  for (const kind of kinds) {
    for (const [name, version] of Object.entries(asked[kind])) expect(version, name).toMatch(/^\d+\.\d+\.\d+$/);
  }
});

test('every locked package has a version and an integrity hash, and comes from a registry', async () => {
  const { packages } = await read('package-lock.json');
  for (const [path, { version, integrity, resolved }] of Object.entries<Record<string, string>>(packages)) {
    if (path === '') continue;
    expect({ path, version, integrity }).toMatchObject({
      version: expect.stringMatching(/^\d/),
      integrity: expect.stringMatching(/^sha512-/),
    });
    expect(resolved ?? 'https://registry.npmjs.org/', path).toMatch(/^https:\/\/registry\.npmjs\.org\//);
  }
});

test('no dependency runs a script while it is installed', async () => {
  expect(await readFile(join(root, '.npmrc'), 'utf8')).toMatch(/^ignore-scripts=true$/m);
});
