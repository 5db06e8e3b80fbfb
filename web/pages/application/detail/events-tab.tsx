import { useQuery } from '@tanstack/react-query';
import { resourceEventsQuery } from '../../../api/resource.ts';
import { ProblemView } from '../../../components/problem-view.tsx';
import { RelativeTime } from '../../../ui/relative-time.tsx';
import { Skeleton } from '../../../ui/skeleton.tsx';
import { StatusIcon } from '../../../ui/status-icon.tsx';

/** What the target has to say about the resource, and about what it has made. */
export function EventsTab({ name, resource }: { name: string; resource: string }) {
  const { data, error, refetch } = useQuery(resourceEventsQuery(name, resource));
  if (data === undefined) {
    if (error !== null) return <ProblemView error={error} onRetry={() => void refetch()} />;
    return <Skeleton className="h-24 w-full" />;
  }
  if (data.length === 0) return <p className="py-4 text-dim">No events. Kubernetes keeps them for an hour.</p>;
  return (
    <ul className="flex flex-col">
      {data.map(event => (
        <li
          key={`${event.reason} ${event.message} ${event.firstAt}`}
          className="flex gap-2 border-b border-line py-1.5 last:border-b-0"
        >
          <span className="pt-1 *:block">
            <StatusIcon
              shape={event.level === 'warning' ? 'triangle' : 'full'}
              tone={event.level === 'warning' ? 'warn' : 'quiet'}
              label={event.level}
            />
          </span>
          <div className="min-w-0 flex-1">
            <p className="flex flex-wrap gap-x-2">
              <b className="font-semibold">{event.reason}</b>
              {event.count > 1 && <span className="text-dim">{event.count} times</span>}
              <span className="ml-auto text-dim">
                <RelativeTime at={event.lastAt} />
              </span>
            </p>
            <p className="break-words">{event.message}</p>
            <p className="text-small text-faint">{event.source}</p>
          </div>
        </li>
      ))}
    </ul>
  );
}
