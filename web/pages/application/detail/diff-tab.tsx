import { useQuery } from '@tanstack/react-query';
import { resourceQuery } from '../../../api/resource.ts';
import { FieldChanges } from '../../../components/field-changes.tsx';
import { ProblemView } from '../../../components/problem-view.tsx';
import { Notice } from '../../../ui/notice.tsx';
import { Skeleton } from '../../../ui/skeleton.tsx';

const causes = { drift: 'Changed in the target, not in Git', git: 'Asked for by Git, not applied yet' } as const;

/** What a sync would do to the resource, field by field. */
export function DiffTab({ name, resource }: { name: string; resource: string }) {
  const { data, error, refetch } = useQuery(resourceQuery(name, resource));
  if (data === undefined) {
    if (error !== null) return <ProblemView error={error} onRetry={() => void refetch()} />;
    return <Skeleton className="h-24 w-full" />;
  }
  const { difference, unknown } = data;
  if (unknown !== undefined)
    return (
      <Notice tone="quiet" title="Nobody can tell how it differs">
        {unknown}
      </Notice>
    );
  if (difference === undefined || difference.action === 'none') {
    return <p className="py-4 text-dim">It is as Git declares it.</p>;
  }
  const { action, cause, by, changes, refused } = difference;
  return (
    <div className="flex flex-col gap-2">
      {refused !== undefined && <Notice tone="warn" title={`No sync changes it: ${refused}`} />}
      {refused === undefined && cause !== undefined && (
        <p className="text-dim">{causes[cause]}. A sync would do this:</p>
      )}
      {action === 'create' && <Notice tone="good" title="Create it: it is not there" />}
      {action === 'delete' && <Notice tone="bad" title="Delete it: Git no longer declares it" />}
      <FieldChanges changes={changes} by={by} />
    </div>
  );
}
