import { useQuery } from '@tanstack/react-query';
import { repositoriesQuery } from '../../api/surroundings.ts';
import type { Repository } from '../../api/types.ts';
import { type SettingsSearch, saying } from '../../model/settings-search.ts';
import { shortRevision } from '../../model/shorten.ts';
import type { StatusView } from '../../model/status.ts';
import { Empty } from '../../ui/empty.tsx';
import { Notice } from '../../ui/notice.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { Counts } from './counts.tsx';
import { Loaded } from './loaded.tsx';
import { Fact, Part } from './part.tsx';

const views = {
  ok: { shape: 'full', tone: 'good', label: 'Answers' },
  failing: { shape: 'triangle', tone: 'bad', label: 'Cannot be reached' },
  unknown: { shape: 'question', tone: 'quiet', label: 'Not asked yet' },
} as const satisfies Record<Repository['state'], StatusView>;
const order = { failing: 0, unknown: 1, ok: 2 } as const;

/** Where what is delivered comes from; what cannot be reached first, with the reason. */
export function Repositories({ q }: SettingsSearch) {
  const query = useQuery(repositoriesQuery);
  return (
    <Loaded query={query}>
      {repositories => (
        <div className="flex flex-col gap-2">
          {repositories.length === 0 && <Empty title="There are no repositories, or none that you may see" />}
          {saying(q, repositories)
            .toSorted((a, b) => order[a.state] - order[b.state])
            .map(repository => (
              <OneRepository key={`${repository.kind} ${repository.url}`} repository={repository} />
            ))}
        </div>
      )}
    </Loaded>
  );
}

function OneRepository({ repository }: { repository: Repository }) {
  const { url, kind, own, state, checkedAt, problem, revisions, credentials, counts, projects } = repository;
  return (
    <Part
      name={url}
      view={views[state]}
      note={
        checkedAt !== undefined && (
          <>
            seen <RelativeTime at={checkedAt} />
          </>
        )
      }
    >
      <Counts counts={counts} filter={{ q: url }} />
      {problem !== undefined && (
        <Notice tone={problem.fault === 'external' ? 'warn' : 'bad'} title={problem.message}>
          <p>{problem.advice}</p>
          <p>
            <span className="mono">{problem.code}</span>, for <RelativeTime at={problem.since} form="duration" />
          </p>
        </Notice>
      )}
      <Fact label="Kind" values={[kind === 'git' ? 'Git' : 'charts', ...(own ? ['declares this environment'] : [])]} />
      <Fact label="Revisions" values={revisions.map(one => `${one.from} = ${shortRevision(one.revision)}`)} />
      <Fact
        label="Credentials"
        values={credentials === undefined ? [] : [`${credentials.prefix} (${credentials.with.join(', ')})`]}
      />
      <Fact label="Projects" values={projects} />
    </Part>
  );
}
