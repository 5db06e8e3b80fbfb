import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/order.ts';

export default defineConfig({
  test: {
    // Whoever is not let end in order leaves the processes of a machine behind.
    teardownTimeout: 60_000,
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          name: 'units',
          // They keep nothing to themselves: no mocks of modules, no changed environment, no state but caches. Loading the
          // same modules again for each file was two thirds of the work.
          isolate: false,
          testTimeout: 20_000,
          include: [
            'src/**/*.test.ts',
            'web/**/*.test.ts',
            'test/rules/**/*.test.ts',
            'test/simulation/{cluster,env,git,renderer,machine}/**/*.test.ts',
            'test/simulation/{monitors,histories,faults}/**/*.test.ts',
            'test/simulation/bugs/bugs.test.ts',
            'test/simulation/world.test.ts',
          ],
        },
      },
      {
        test: {
          name: 'scenarios',
          include: [
            'test/scenarios/**/*.test.ts',
            'test/attacks/**/*.test.ts',
            'test/simulation/conformance/**/*.test.ts',
            'test/simulation/{simulation,found,found-cluster,found-machine,determinism}.test.ts',
            'test/simulation/bugs/{hunt,replay}.test.ts',
          ],
          globalSetup: ['test/world/global-setup.ts'],
          // What they wait for has deadlines of its own, a minute each.
          testTimeout: 180_000,
          hookTimeout: 180_000,
          // Two for each core: half of the time they wait for others.
          maxWorkers: 4,
        },
      },
      {
        test: {
          name: 'ui',
          include: ['test/ui/**/*.test.ts'],
          globalSetup: ['test/ui/global-setup.ts'],
          testTimeout: 120_000,
          // The first starts the world.
          hookTimeout: 180_000,
          maxWorkers: 1,
        },
      },
    ],
  },
});
