import { useQuery } from '@tanstack/react-query';
import { environmentQuery } from '../api/environment.ts';
import { shortRevision } from '../model/shorten.ts';
import { Mono } from '../ui/mono.tsx';
import { RelativeTime } from '../ui/relative-time.tsx';
import { StatusIcon } from '../ui/status-icon.tsx';

/** Which environment this is, and when Git was last seen: whoever works with several has to know. */
export function EnvironmentNote() {
  const { data, isError } = useQuery(environmentQuery);
  return (
    <div className="hidden min-h-14 px-2 pt-2 text-small text-faint md:block">
      {isError && (
        <p role="status" className="flex items-baseline gap-1.5 text-bad">
          <StatusIcon shape="triangle" tone="bad" />
          No answer, trying again
        </p>
      )}
      {data !== undefined && (
        <>
          <p className="truncate" title={data.repoURL}>
            {data.name} · {data.target}
          </p>
          {data.revision !== '' && <Mono text={data.revision} short={shortRevision(data.revision)} />}
          {data.checkedAt !== undefined && (
            <p>
              Git seen <RelativeTime at={data.checkedAt} />
            </p>
          )}
        </>
      )}
    </div>
  );
}
