import { type RunningApi, startApi } from '../../src/api/listen.ts';
import { memoryAccess } from '../../src/api/testing/memory-access.ts';
import type { MemoryOperator } from '../../src/api/testing/memory-operator.ts';
import { realEnv } from '../../src/env/real.ts';

export const token = 'correct-horse-battery-staple';

/** The real API, over real connections, in front of an operator made of data. */
export async function startAttackedApi(operator: MemoryOperator): Promise<RunningApi> {
  const env = realEnv();
  return await startApi({ env, operator, host: '127.0.0.1', port: 0, token, access: memoryAccess(env) });
}
