import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { ListRow } from '../../api/types.ts';
import { deliveryOf, type Explained, healthOf, isQuarantined } from '../../model/row-view.ts';
import { shortRevision } from '../../model/shorten.ts';
import { Copy } from '../../ui/copy.tsx';
import { Mono } from '../../ui/mono.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { Status } from '../../ui/status.tsx';
import { pb } from '../../util/path-builder.ts';
import { ApplicationActions } from './application-actions.tsx';

/** What one asks first: how it is since when, and how it stands to Git by whose commit. */
export function ApplicationHeader({ row }: { row: ListRow }) {
  const { name, project, namespace, target, source, sync, commit, health, pinned } = row;
  const delivery = deliveryOf(row);
  // The notice below the head says it, with what to do.
  const isBelow = delivery.why === row.condition?.message || isQuarantined(row);
  return (
    <header className="flex flex-wrap items-start gap-x-6 gap-y-3 border-b border-line pb-3">
      <div className="min-w-0 flex-1 basis-96">
        <h1 className="flex flex-wrap items-center gap-1.5">
          <span className="break-all">{name}</span>
          <span className="font-normal text-faint">
            /{' '}
            <Link {...pb.applications({ project: [project] })} className="hover:text-fg hover:underline">
              {project}
            </Link>
          </span>
        </h1>
        <dl className="mt-2 grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1">
          <Fact name="Health">
            <Sentence {...healthOf(row)}>{health.since !== undefined && <Since at={health.since} />}</Sentence>
          </Fact>
          <Fact name="Git">
            <Sentence {...delivery} why={isBelow ? '' : delivery.why} />
          </Fact>
          <Fact name="Revision">
            <Mono text={sync.revision || 'none yet'} short={shortRevision(sync.revision) || 'none yet'} />
            {sync.revision !== '' && <Copy text={sync.revision} what="the revision" />}
            {pinned !== undefined && (
              <span className="text-dim">
                pinned by {pinned.by}, <RelativeTime at={pinned.at} />
              </span>
            )}
          </Fact>
          {commit !== undefined && (
            <Fact name="Last change">
              <span className="min-w-0 break-words">
                “{commit.subject}” <span className="text-dim">{commit.author},</span> <RelativeTime at={commit.at} />
              </span>
              {commit.id !== sync.revision && (
                <span className="text-dim">
                  in <Mono text={commit.id} short={shortRevision(commit.id)} />
                </span>
              )}
            </Fact>
          )}
          <Fact name="Source">
            <span className="min-w-0 break-all text-dim">
              <Mono text={source.path || '.'} most={80} /> of <Mono text={source.repoURL} most={60} />
              {source.targetRevision !== '' && (
                <>
                  {' '}
                  at <Mono text={source.targetRevision} />
                </>
              )}
            </span>
          </Fact>
          <Fact name="To">
            <span className="text-dim">
              {target}
              {namespace !== '' && (
                <>
                  , namespace <Mono text={namespace} />
                </>
              )}
            </span>
          </Fact>
        </dl>
      </div>
      <ApplicationActions row={row} />
    </header>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-dim">{name}</dt>
      <dd className="flex min-w-0 flex-wrap items-baseline gap-x-1.5">{children}</dd>
    </>
  );
}

function Sentence({ view, why, children }: Explained & { children?: ReactNode }) {
  return (
    <>
      <Status view={view} />
      {children}
      {why !== '' && <span className="min-w-0 break-words text-dim">{why}</span>}
    </>
  );
}

function Since({ at }: { at: number }) {
  return (
    <span className="text-dim">
      for <RelativeTime at={at} form="duration" />
    </span>
  );
}
