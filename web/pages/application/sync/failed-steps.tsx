import type { Sync } from '../../../api/types.ts';

/** What could not be done, in the words of the target. */
export function FailedSteps({ results }: { results: Sync['results'] }) {
  const failed = results.filter(({ result }) => result === 'failed');
  if (failed.length === 0) return null;
  return (
    <ul aria-label="What failed" className="flex flex-col gap-1">
      {failed.map(({ key, phase, action, message }) => (
        <li key={`${phase} ${key} ${action}`} className="break-words">
          <span className="text-bad">{action} failed:</span> <span className="mono break-all">{key}</span>{' '}
          <span className="text-dim">{message}</span>
        </li>
      ))}
    </ul>
  );
}
