import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'units',
          include: [
            'src/**/*.test.ts',
            'test/rules/**/*.test.ts',
            'test/simulation/{cluster,env,git,renderer,machine}/**/*.test.ts',
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
          ],
          globalSetup: ['test/world/global-setup.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          maxWorkers: 2,
        },
      },
    ],
  },
});
