import type { Child, Env } from '../../../src/env/env.ts';
import { realEnv } from '../../../src/env/real.ts';

/** The real environment, with every program that was started in view. */
export function watchedEnv(): { env: Env; children: Child[] } {
  const real = realEnv();
  const children: Child[] = [];
  const processes = {
    ...real.processes,
    spawn: (...args: Parameters<Env['processes']['spawn']>) => {
      const child = real.processes.spawn(...args);
      children.push(child);
      return child;
    },
  };
  return { env: { ...real, processes }, children };
}
