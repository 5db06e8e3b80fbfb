import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { bugs } from './bugs.ts';

/** Found within so many histories, or the monitors are not worth their name. */
const most = 800;

test.each(bugs)('$name: is found', { timeout: 600_000 }, async ({ name, caughtBy }) => {
  const found = await hunt(name);
  expect(found, JSON.stringify(found)).toHaveProperty('monitor');
  expect(caughtBy).toContain(found.monitor);
});

interface Found {
  histories: number;
  monitor?: string;
  words?: string;
  others: string[];
}

function hunt(name: string): Promise<Found> {
  const path = (file: string) => fileURLToPath(new URL(file, import.meta.url));
  const child = spawn(process.execPath, ['--import', path('patch.ts'), path('hunt.ts'), name, `${most}`], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, HOLDFAST_BUG: name },
  });
  let output = '';
  child.stdout.on('data', piece => {
    output += piece;
  });
  return new Promise((resolve, reject) => {
    child.once('close', () => {
      try {
        resolve(JSON.parse(output.trim().split('\n').at(-1) ?? '') as Found);
      } catch (error) {
        reject(error);
      }
    });
  });
}
