import { asFailure } from '../errors.ts';
import type { Plan, Step } from '../model/plan.ts';
import type { Applied, Live, ResourceKey } from '../model/resource.ts';
import type { Look } from './look.ts';

const askAgainMs = 5_000;

/**
 * What bears our mark and is not as remembered, though nobody else wrote it, may be the work of another operator of this
 * environment that has seen a newer commit. Before it is pruned or changed back Git is asked for news, once for each such
 * state. Answers whether to wait for that.
 */
export function awaitsNews(it: Look, planned: Plan): boolean {
  const { application, controller, state } = it;
  const { store, repositories, env } = controller.services;
  const applied = store.applied(application.name);
  const strange = planned.groups.flatMap(({ steps }) => steps.filter(step => isStrange(step, applied)));
  if (strange.every(step => state.askedAbout.has(stateOf(step)))) return false;
  const inGit = application.sources.filter(({ chart }) => chart === undefined);
  const urls = new Set(inGit.map(source => controller.locks.repositoryURL(source)));
  const asked = Promise.all([...urls].map(url => repositories.open(url).refresh(it.signal)));
  const goOn = () => {
    state.askedAbout = new Set(strange.map(stateOf));
    controller.queue.add(application.name);
  };
  asked.then(goOn, error => {
    env.log.warn('Git has to be asked before anything unknown is pruned', { reason: asFailure(error).message });
    // What is known stays enforced while Git is away; only deletes wait.
    if (strange.some(({ action }) => action === 'delete')) controller.queue.addAfter(application.name, askAgainMs);
    else goOn();
  });
  return true;
}

function isStrange(step: Step, applied: ReadonlyMap<ResourceKey, Applied>): boolean {
  const known = applied.get(step.key);
  if (step.action === 'delete') return known?.uid !== step.live.uid;
  if (step.action !== 'change' || step.live === undefined || known === undefined) return false;
  return step.live.lastChange === undefined && known.fingerprint !== step.live.fingerprint;
}

function stateOf(step: Step): string {
  const live: Live | undefined = step.action === 'run' ? undefined : step.live;
  return `${live?.uid} ${live?.fingerprint}`;
}
