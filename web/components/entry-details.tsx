import type { TimelineEntry } from '../api/types.ts';
import { shortRevision } from '../model/shorten.ts';
import { Mono } from '../ui/mono.tsx';

/** Below what happened: the revision, where the words do not name it, and what else is said of it. */
export function EntryDetails({ entry: { what, revision }, said }: { entry: TimelineEntry; said: readonly string[] }) {
  return (
    <p className="truncate text-small text-dim">
      {revision !== undefined && !what.includes(shortRevision(revision)) && (
        <>
          <Mono text={revision} short={shortRevision(revision)} />{' '}
        </>
      )}
      {said.join(' · ')}
    </p>
  );
}
