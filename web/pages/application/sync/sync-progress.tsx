import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { applicationQuery } from '../../../api/application.ts';
import type { ListRow, Sync } from '../../../api/types.ts';
import { waveTitle } from '../../../model/plan-view.ts';
import { shortRevision } from '../../../model/shorten.ts';
import type { Tone } from '../../../model/status.ts';
import { wavesOf, waveViews } from '../../../model/sync-progress.ts';
import { cx } from '../../../ui/cx.ts';
import { Mono } from '../../../ui/mono.tsx';
import { Notice } from '../../../ui/notice.tsx';
import { RelativeTime } from '../../../ui/relative-time.tsx';
import { Status } from '../../../ui/status.tsx';
import { FailedSteps } from './failed-steps.tsx';

const ends = {
  succeeded: { tone: 'good', title: 'The sync succeeded' },
  failed: { tone: 'bad', title: 'The sync failed' },
  superseded: { tone: 'quiet', title: 'The sync was superseded' },
} as const;

const work = '[&::-moz-progress-bar]:bg-work [&::-webkit-progress-value]:bg-work';
const bars = {
  work,
  warn: work,
  quiet: work,
  good: '[&::-moz-progress-bar]:bg-good [&::-webkit-progress-value]:bg-good',
  bad: '[&::-moz-progress-bar]:bg-bad [&::-webkit-progress-value]:bg-bad',
} as const satisfies Record<Tone, string>;

/** A sync that runs, wave by wave; and how it ended, for whoever watched it. */
export function SyncProgress({ row }: { row: ListRow }) {
  const { name, operation } = row;
  const { data } = useQuery(applicationQuery(name));
  const [watched, setWatched] = useState<string>();
  if (operation !== undefined && operation.id !== watched) setWatched(operation.id);
  const sync = data?.operation;
  // What stays stands for the same sync: nothing jumps when it ends.
  if (sync === undefined || sync.id !== watched) return null;
  return (
    <section
      aria-label="Progress of the sync"
      className="flex flex-col gap-2 rounded-lg border border-line bg-panel p-3"
    >
      {sync.result === 'running' ? <Running sync={sync} /> : <Ended sync={sync} />}
      <ol className="flex flex-wrap gap-x-6 gap-y-2">
        {wavesOf(sync).map(({ state, done, steps, ...wave }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: waves keep their order, and two may have the same name
          <li key={index} className="flex min-w-36 flex-1 flex-col gap-1">
            <span className="flex flex-wrap items-baseline justify-between gap-x-3">
              <Status view={{ ...waveViews[state], label: waveTitle(wave) }} />
              <span className="text-dim">
                {done} of {steps}, {waveViews[state].label.toLowerCase()}
              </span>
            </span>
            <progress
              className={cx(
                'h-1.5 w-full appearance-none overflow-hidden rounded-sm bg-raised [&::-webkit-progress-bar]:bg-raised',
                bars[waveViews[state].tone],
              )}
              aria-label={waveTitle(wave)}
              max={Math.max(steps, 1)}
              value={done}
            />
          </li>
        ))}
      </ol>
      <FailedSteps results={sync.results} />
    </section>
  );
}

function Running({ sync: { revision, startedAt, startedBy, attempt, message } }: { sync: Sync }) {
  return (
    <p className="flex flex-wrap items-baseline gap-x-1.5">
      <span className="font-semibold">{revision === '' ? 'Deleting what runs' : 'Syncing'}</span>{' '}
      {revision !== '' && <Mono text={revision} short={shortRevision(revision)} />}
      <span className="text-dim">
        {startedBy === 'automated' ? 'automatically' : `by ${startedBy}`}, for{' '}
        <RelativeTime at={startedAt} form="duration" />
        {attempt > 1 && `, attempt ${attempt}`}
      </span>
      {message !== '' && <span className="min-w-0 break-words text-dim">{message}</span>}
    </p>
  );
}

function Ended({ sync: { result, message, revision } }: { sync: Sync }) {
  if (result === 'running') return null;
  const { tone, title } = ends[result];
  return (
    <Notice tone={tone} title={revision === '' ? title.replace('sync', 'deletion') : title}>
      {message}
    </Notice>
  );
}
