import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { contrastQuery } from '../../../api/history.ts';
import type { Contrast, Sync } from '../../../api/types.ts';
import { FieldChanges } from '../../../components/field-changes.tsx';
import { ProblemView } from '../../../components/problem-view.tsx';
import { type HistorySearch, historySearchOf } from '../../../model/history-search.ts';
import { againstOptions } from '../../../model/history-view.ts';
import { actionViews } from '../../../model/plan-view.ts';
import { shortRevision } from '../../../model/shorten.ts';
import { exactTime } from '../../../model/time.ts';
import { Mono } from '../../../ui/mono.tsx';
import { RelativeTime } from '../../../ui/relative-time.tsx';
import { Select } from '../../../ui/select.tsx';
import { Skeleton } from '../../../ui/skeleton.tsx';
import { toneText } from '../../../ui/tone.ts';
import { pb } from '../../../util/path-builder.ts';

interface SyncContrastProps {
  name: string;
  syncs: readonly Sync[];
  chosen: Sync;
  search: HistorySearch;
}

/** What the chosen sync delivered, held against another state. */
export function SyncContrast({ name, syncs, chosen, search }: SyncContrastProps) {
  const { against } = search;
  const navigate = useNavigate();
  const { data, error, refetch } = useQuery(contrastQuery(name, chosen.id, against));
  const options: Record<string, string> = againstOptions(syncs, chosen, exactTime);
  return (
    <section
      aria-label="What differs"
      className="flex min-w-0 flex-col gap-3 rounded-lg border border-line bg-panel p-4 xl:sticky xl:top-4"
    >
      <h2 className="flex flex-wrap items-center gap-2">
        <span>
          <Mono text={chosen.revision} short={shortRevision(chosen.revision)} /> against
        </span>
        <Select
          label="Held against"
          value={against ?? ''}
          options={options}
          onChange={next =>
            void navigate(pb.history({ name }, historySearchOf({ ...search, sync: chosen.id, against: next })))
          }
        />
      </h2>
      {error !== null && data === undefined && <ProblemView error={error} onRetry={() => void refetch()} />}
      {error === null && data === undefined && <Skeleton className="h-32 w-full" />}
      {data !== undefined && <Differences contrast={data} />}
    </section>
  );
}

function Differences({ contrast: { from, to, resources, unchanged } }: { contrast: Contrast }) {
  const words = { live: from?.kind === 'live' ? 'live' : 'from', declared: 'to' };
  return (
    <>
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1">
        <Side name="From" side={from} />
        <Side name="To" side={to} />
      </dl>
      {from === undefined && <p className="text-dim">Nothing was delivered before it.</p>}
      {resources.map(({ key, id, action, changes }) => (
        <section key={key} aria-label={`${id.kind} ${id.name}`} className="flex flex-col gap-1.5">
          <h3>
            <span className={toneText[actionViews[action].tone]}>{actionViews[action].word}</span> {id.kind}{' '}
            <Mono text={id.name} most={50} />
          </h3>
          <FieldChanges changes={changes} words={words} />
        </section>
      ))}
      <p className="text-dim">
        {resources.length === 0 ? 'Nothing differs.' : `Differ: ${resources.length}.`} The same: {unchanged}.
      </p>
    </>
  );
}

function Side({ name, side }: { name: string; side: Contrast['to'] | undefined }) {
  if (side === undefined) return null;
  return (
    <>
      <dt className="text-dim">{name}</dt>
      <dd className="min-w-0 break-words">
        <Mono text={side.revision} short={shortRevision(side.revision) || 'what runs'} />{' '}
        {side.commit !== undefined && (
          <>
            “{side.commit.subject}” <span className="text-dim">{side.commit.author},</span>{' '}
            <RelativeTime at={side.commit.at} />
          </>
        )}
      </dd>
    </>
  );
}
