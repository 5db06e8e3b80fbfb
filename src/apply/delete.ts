import { describeResource, type Live } from '../model/resource.ts';
import type { Run } from './run.ts';
import { waitUntil } from './wait.ts';

type DeleteRun = Pick<Run, 'env' | 'target' | 'context' | 'memory' | 'signal' | 'writeSignal'>;

/** Deletes exactly what was seen: the target compares the uid. What is on its way out is not asked twice. */
export async function deleteOne(run: DeleteRun, live: Live): Promise<void> {
  const propagation = live.options.propagation ?? run.context.policy.options.propagation;
  if (!live.deleting) await run.target.remove(live, { propagation, permit: run.context.permit }, run.writeSignal);
  run.memory.forget(live.key);
}

/** Waits until all of them are gone; answers what is in the way when they are not in time. */
export async function untilGone(run: DeleteRun, lives: readonly Live[]): Promise<string | undefined> {
  let left: readonly Live[] = lives;
  const gone = await waitUntil(
    () => {
      const keys = left.map(({ key }) => key);
      const { live } = run.target.observe(run.context.application, keys);
      left = left.filter(({ key, uid }) => live.get(key)?.uid === uid);
      return left.length === 0 ? true : undefined;
    },
    {
      env: run.env,
      target: run.target,
      application: run.context.application,
      signal: run.signal,
      deadline: run.env.clock.monotonic() + run.context.policy.waveTimeoutMs,
    },
  );
  if (gone) return undefined;
  const seconds = Math.round(run.context.policy.waveTimeoutMs / 1000);
  const names = left.slice(0, 3).map(({ id }) => describeResource(id));
  return `still there ${seconds} s after they were deleted (a finalizer?): ${names.join(', ')}`;
}
