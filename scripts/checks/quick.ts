import { command } from './command.ts';
import { sideBySide } from './run.ts';
import type { Step } from './step.ts';
import { vitest } from './vitest.ts';

// Several checkers would each work out the same types: on two cores that is longer than one of them.
const types = 'tsc --noEmit --checkers 1';

/** What `npm run check` does, and `npm test` does first. Under a minute. */
export const quickSteps: Step[] = [
  sideBySide([command('types', types), command('types of the web UI', `${types} -p web`)]),
  sideBySide([command('unused code', 'knip'), command('lint', 'biome check .')]),
  command('documentation', 'node scripts/docs.ts --check'),
  vitest('units'),
];
