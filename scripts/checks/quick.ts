import { command } from './command.ts';
import type { Step } from './step.ts';
import { vitest } from './vitest.ts';

/** What `npm run check` does, and `npm test` does first. Under a minute. */
export const quickSteps: Step[] = [
  command('types', 'tsc --noEmit'),
  command('types of the web UI', 'tsc --noEmit -p web'),
  command('lint', 'biome check .'),
  command('unused code', 'knip'),
  command('documentation', 'node scripts/docs.ts --check'),
  vitest('units'),
];
