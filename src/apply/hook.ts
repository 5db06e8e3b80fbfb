import type { Step } from '../model/plan.ts';
import type { Applied, Desired, HookDeletePolicy, Live, Phase } from '../model/resource.ts';
import type { StepResult } from '../model/status.ts';
import { deleteOne, untilGone } from './delete.ts';
import type { Run } from './run.ts';
import { waitUntil } from './wait.ts';

type HookStep = Extract<Step, { action: 'run' }>;
type HookResult = Pick<StepResult, 'result' | 'message' | 'former' | 'hindered'>;

/**
 * Runs one hook to its end. One that this very sync started before Holdfast was stopped counts, whether or not it has ended
 * meanwhile; one that is still running from an earlier sync, unchanged, is waited for instead of started anew.
 */
export async function runHook(run: Run, phase: Phase, { desired, key, action }: HookStep): Promise<HookResult> {
  const earlier = run.earlierHooks.get(`${phase} ${key}`);
  if (earlier?.result === 'succeeded') return { result: 'succeeded', message: 'had finished before' };
  const policies = desired.hook?.deletePolicies ?? [];
  const report = (now: HookResult) => run.onResult({ key, action, phase, ...now });
  let applied = attachable(run, desired, earlier);
  if (applied === undefined) {
    const found = find(run, key);
    // Noted before it is made: after a crash in between, whatever else is there then was made by this sync.
    report({ result: 'running', message: '', former: found?.uid ?? '' });
    if (found !== undefined && !desired.generateName) {
      if (found.owner !== '' && found.owner !== run.context.application)
        return { result: 'failed', message: `it belongs to the application ${found.owner}` };
      await deleteOne(run, found);
      const stuck = await untilGone(run, [found]);
      if (stuck !== undefined) return { result: 'failed', message: stuck };
    }
    applied = await run.target.apply(desired, undefined, run.context, run.writeSignal);
  } else report({ result: 'running', message: '', former: '' });
  // With generateName what was made has another key: what ran is remembered under the hook's own.
  run.memory.record({ ...applied, key });
  const ended = await completion(run, applied);
  // Noted before it is cleaned up: after a crash in between, nothing else would tell that it ran.
  report(ended);
  if (ended.result === 'failed') run.memory.forget(desired.key); // It has to run again.
  const asked: HookDeletePolicy = ended.result === 'succeeded' ? 'HookSucceeded' : 'HookFailed';
  const live = find(run, applied.key);
  if (live !== undefined && policies.includes(asked)) {
    await run.target.remove(live, { propagation: 'background', permit: run.context.permit }, run.writeSignal);
  }
  return ended;
}

function find(run: Run, key: string): Live | undefined {
  return run.target.observe(run.context.application, [key]).live.get(key);
}

/**
 * What is there of the hook and need not be started anew: as it was applied the last time and still running, or made by this
 * very sync, ended or not. With generateName it has a name of its own.
 */
function attachable(run: Run, desired: Desired, earlier: StepResult | undefined): Applied | undefined {
  const { key, body, generateName } = desired;
  const applied = run.memory.get(key);
  const { live } = run.target.observe(run.context.application, [key]);
  const found = generateName ? [...live.values()].find(({ uid }) => uid === applied?.uid) : live.get(key);
  if (found === undefined || found.deleting || found.owner !== run.context.application) return undefined;
  const isOfThisSync = earlier?.result === 'running' && found.uid !== earlier.former;
  const isAsApplied = found.uid === applied?.uid && applied.hash === body.hash;
  if (!isOfThisSync && !(isAsApplied && found.completion === 'running')) return undefined;
  return { key: found.key, uid: found.uid, hash: body.hash, fingerprint: found.fingerprint };
}

async function completion(run: Run, applied: Applied): Promise<HookResult> {
  let last = '';
  const ended = await waitUntil<HookResult>(
    () => {
      const live = find(run, applied.key) ?? run.target.lastSeen?.(applied.uid);
      if (live === undefined) return { result: 'failed', message: 'it was deleted while it ran', hindered: true };
      last = live.health.message;
      if (live.completion === 'succeeded') return { result: 'succeeded', message: last };
      if (live.completion === 'failed')
        return { result: 'failed', message: last, ...(live.hindered ? { hindered: true } : {}) };
      return undefined;
    },
    {
      env: run.env,
      target: run.target,
      application: run.context.application,
      signal: run.signal,
      deadline: run.env.clock.monotonic() + run.context.policy.waveTimeoutMs,
    },
  );
  if (ended !== undefined) return ended;
  const seconds = Math.round(run.context.policy.waveTimeoutMs / 1000);
  return { result: 'failed', message: `did not end within ${seconds} s${last === '' ? '' : `: ${last}`}` };
}
