import { asFailure } from '../errors.ts';
import type { Plan } from '../model/plan.ts';
import type { Look } from './look.ts';

const askAgainMs = 5_000;

/**
 * What bears our mark, though nothing is known of its making, may be the work of another operator of this environment that has
 * seen a newer commit. Before it is pruned Git is asked for news, once for each such object. Answers whether to wait for that.
 */
export function awaitsNews(it: Look, planned: Plan): boolean {
  const { application, controller, state } = it;
  const { store, env } = controller.services;
  const applied = store.applied(application.name);
  const pruned = planned.groups.flatMap(({ steps }) =>
    steps.flatMap(step => (step.action === 'delete' ? [step.live] : [])),
  );
  const unknown = pruned.filter(({ key, uid }) => applied.get(key)?.uid !== uid && !state.askedAbout.has(uid));
  if (unknown.length === 0) return false;
  const repositories = new Set(application.sources.map(source => controller.locks.repositoryOf(source)));
  const asked = Promise.all([...repositories].map(repository => repository?.refresh(it.signal))).then(() =>
    controller.locks.catchUp(),
  );
  asked.then(
    () => {
      state.askedAbout = new Set(pruned.map(({ uid }) => uid));
      controller.queue.add(application.name);
    },
    error => {
      env.log.warn('Git has to be asked before anything unknown is pruned', { reason: asFailure(error).message });
      controller.queue.addAfter(application.name, askAgainMs);
    },
  );
  return true;
}
