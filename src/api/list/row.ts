import type { CommitSummary } from '../../reconcile/commits.ts';
import type { ListRow, May } from '../list-schemas.ts';
import type { Entry } from './entries.ts';

/** What a list shows of one application to one reader. */
export function toListRow(
  { status, changedAt }: Entry,
  generation: number,
  may: May,
  commit: CommitSummary | undefined,
): ListRow {
  const { name, project, namespace, target, source, sync, health, healthSince, labels = {}, conditions } = status;
  const { operation, nextTryAt, suspended, pinned, quarantined, resources } = status;
  const worst = conditions.find(({ level }) => level === 'error') ?? conditions[0];
  return {
    ...{ name, project, namespace, target, labels, source, sync },
    ...(commit === undefined ? {} : { commit }),
    health: { ...health, ...(healthSince === undefined ? {} : { since: healthSince }) },
    ...(worst === undefined ? {} : { condition: worst }),
    conditions: conditions.length,
    ...operationOf(operation),
    ...(nextTryAt === undefined ? {} : { nextTryAt }),
    quarantined: quarantined !== undefined,
    ...(suspended === undefined ? {} : { suspended }),
    ...(pinned === undefined ? {} : { pinned }),
    resources: { total: resources.length, outOfSync: resources.filter(one => one.sync === 'OutOfSync').length },
    ...{ changedAt, generation, may },
  };
}

function operationOf(operation: Entry['status']['operation']): Pick<ListRow, 'operation' | 'last'> {
  if (operation === undefined) return {};
  const { id, result, message, revision, startedAt, startedBy, reason, attempt, dryRun, phase, wave } = operation;
  if (result !== 'running') return { last: { id, result, message, endedAt: operation.endedAt ?? startedAt } };
  const done = operation.results.filter(one => one.result !== 'running').length;
  const failed = operation.results.filter(one => one.result === 'failed').length;
  const steps = operation.waves?.reduce((all, one) => all + one.steps, 0);
  return {
    operation: {
      ...{ id, revision, startedAt, startedBy, reason, attempt, dryRun, done, failed },
      ...(phase === undefined ? {} : { phase }),
      ...(wave === undefined ? {} : { wave }),
      ...(steps === undefined ? {} : { steps }),
    },
  };
}
