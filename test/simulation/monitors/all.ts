import { alive } from './alive.ts';
import { audit } from './audit.ts';
import { bounded } from './bounded.ts';
import { deletes } from './deletes.ts';
import type { Evidence, Monitor, Violation } from './evidence.ts';
import { givesWay } from './gives-way.ts';
import { hooksOnce } from './hooks.ts';
import { files, processes } from './machine.ts';
import { order } from './order.ts';
import { isolated, prompt } from './prompt.ts';
import { newest, noFlapping, oneWay } from './revisions.ts';
import { rules } from './rules.ts';
import { secret } from './secret.ts';
import { idle, noOp, thrifty } from './silent.ts';
import { sparing } from './sparing.ts';
import { stable } from './stable.ts';
import { truthful } from './truthful.ts';

/** One a promise of design section 3. */
export const monitors: readonly Monitor[] = [
  stable,
  idle,
  noOp,
  thrifty,
  deletes,
  order,
  newest,
  prompt,
  oneWay,
  rules,
  noFlapping,
  truthful,
  hooksOnce,
  isolated,
  bounded,
  secret,
  alive,
  audit,
  files,
  processes,
  givesWay,
  sparing,
];

export function judge(evidence: Evidence): Violation[] {
  return monitors.flatMap(monitor =>
    [...monitor.check(evidence)].slice(0, 5).map(found => ({ monitor: monitor.name, ...found })),
  );
}
