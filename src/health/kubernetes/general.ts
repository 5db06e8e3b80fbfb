import type { Health } from '../../model/resource.ts';
import {
  conditions,
  degraded,
  explain,
  healthy,
  isOutdated,
  type KubeCondition,
  type KubeFields,
  outdated,
  progressing,
  suspended,
  textAt,
} from './fields.ts';

type Verdict = (condition: KubeCondition) => Health | undefined;

/** Words of controllers for "this does not pass by itself", when a condition is merely not true. */
const failureReasons =
  /fail|error|invalid|denied|forbidden|unauthorized|notfound|missing|stalled|degraded|backoff|conflict|unhealthy|rejected|exceeded/i;

function notTrue({ status, reason, message, type }: KubeCondition): Health | undefined {
  if (status === 'True') return undefined;
  const said = `${type} is ${status === 'False' ? 'false' : 'unknown'}: ${explain({ reason, message }, 'no reason given')}`;
  return status === 'False' && failureReasons.test(reason) ? degraded(said) : progressing(said);
}

function ifTrue(verdict: (message: string) => Health): Verdict {
  return found =>
    found.status === 'True' ? verdict(`${found.type}: ${explain(found, 'no reason given')}`) : undefined;
}

/** Conditions that controllers use alike, the most telling first. The first that has something to say decides. */
const verdicts: Record<string, Verdict> = {
  Stalled: ifTrue(degraded),
  Failed: ifTrue(degraded),
  Degraded: ifTrue(degraded),
  Suspended: ifTrue(suspended),
  Paused: ifTrue(suspended),
  Reconciling: ifTrue(progressing),
  Ready: notTrue,
  Available: notTrue,
  Healthy: notTrue,
  Succeeded: notTrue,
  Synced: notTrue,
  Programmed: notTrue,
  Accepted: notTrue,
  Progressing: ifTrue(progressing),
};

/** Only where there are no conditions: words that controllers write to `status.phase` or `status.state`. */
const phases: readonly [RegExp, ((message: string) => Health) | undefined][] = [
  [/^(failed|error|errored|degraded|unhealthy|crashed|lost|invalid)$/i, degraded],
  [
    /^(pending|creating|provisioning|initializing|starting|updating|upgrading|progressing|reconciling|deploying|installing|queued|inprogress|in progress|waiting)$/i,
    progressing,
  ],
  [/^(suspended|paused|hibernated)$/i, suspended],
];

/** For every kind without a rule of its own: what most controllers agree on. Kinds that report nothing are healthy by being there. */
export function general(object: KubeFields): Health {
  if (isOutdated(object)) return outdated;
  const found = conditions(object);
  for (const [type, verdict] of Object.entries(verdicts)) {
    const match = found.find(condition => condition.type === type);
    const health = match === undefined ? undefined : verdict(match);
    if (health !== undefined) return health;
  }
  if (found.length > 0) return healthy;
  const phase = textAt(object, 'status', 'phase') || textAt(object, 'status', 'state');
  for (const [words, verdict] of phases) {
    if (!words.test(phase)) continue;
    const message = explain({ reason: '', message: textAt(object, 'status', 'message') }, `it says ${phase}`);
    return verdict === undefined ? healthy : verdict(message);
  }
  return healthy;
}
