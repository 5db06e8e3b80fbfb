import type { Condition } from '../../model/application.ts';
import { progressOf } from '../../model/progress.ts';
import type { CommitSummary } from '../../reconcile/commits.ts';
import type { ListRow, May } from '../list-schemas.ts';
import type { Entry } from './entries.ts';

/** What a list shows of one application to one reader: each field by its name, so that nothing else leaves. */
export function toListRow(
  { status, changedAt }: Entry,
  generation: number,
  may: May,
  commit: CommitSummary | undefined,
): ListRow {
  const { name, project, namespace, target, healthSince, labels = {}, conditions, resources } = status;
  const { source, sync, health, nextTryAt, suspended, pinned, quarantined } = status;
  const { repoURL, path, targetRevision, type } = source;
  const worst = conditions.find(({ level }) => level === 'error') ?? conditions[0];
  return {
    ...{ name, project, namespace, target, labels },
    source: { repoURL, path, targetRevision, type },
    sync: { status: sync.status, revision: sync.revision, message: sync.message },
    ...(commit === undefined ? {} : { commit }),
    health: {
      ...{ status: health.status, message: health.message },
      ...(healthSince === undefined ? {} : { since: healthSince }),
    },
    ...(worst === undefined ? {} : { condition: conditionOf(worst) }),
    conditions: conditions.length,
    ...operationOf(status.operation),
    ...(nextTryAt === undefined ? {} : { nextTryAt }),
    quarantined: quarantined !== undefined,
    ...(suspended === undefined ? {} : { suspended: { by: suspended.by, at: suspended.at, reason: suspended.reason } }),
    ...(pinned === undefined ? {} : { pinned: { revision: pinned.revision, by: pinned.by, at: pinned.at } }),
    ...(status.undeclared === true ? { undeclared: true } : {}),
    resources: { total: resources.length, outOfSync: resources.filter(one => one.sync === 'OutOfSync').length },
    ...{ changedAt, generation, may },
  };
}

function conditionOf({ type, message, level, advice }: Condition): Condition {
  return { type, message, level, ...(advice === undefined ? {} : { advice }) };
}

function operationOf(operation: Entry['status']['operation']): Pick<ListRow, 'operation' | 'last'> {
  if (operation === undefined) return {};
  const { id, result, message, revision, startedAt, startedBy, reason, attempt, dryRun } = operation;
  if (result !== 'running') return { last: { id, result, message, endedAt: operation.endedAt ?? startedAt } };
  return {
    operation: { id, revision, startedAt, startedBy, reason, attempt, dryRun, ...progressOf(operation) },
  };
}
