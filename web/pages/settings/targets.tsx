import { useQuery } from '@tanstack/react-query';
import { targetsQuery } from '../../api/surroundings.ts';
import type { StatusView } from '../../model/status.ts';
import { Empty } from '../../ui/empty.tsx';
import { Notice } from '../../ui/notice.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { Counts } from './counts.tsx';
import { Loaded } from './loaded.tsx';
import { Fact, Part } from './part.tsx';

const answers = { shape: 'full', tone: 'good', label: 'Answers' } as const satisfies StatusView;
const silent = { shape: 'triangle', tone: 'bad', label: 'Cannot be reached' } as const satisfies StatusView;

/** Where it is delivered to, and whether that answers. */
export function Targets() {
  const query = useQuery(targetsQuery);
  return (
    <Loaded query={query}>
      {targets => (
        <div className="flex flex-col gap-2">
          {targets.length === 0 && <Empty title="Your role does not include looking at targets" />}
          {targets.map(
            ({ name, kind, description, server, version, reachable, since, problems, resources, counts }) => (
              <Part
                key={name}
                name={name}
                view={reachable ? answers : silent}
                note={since !== undefined && <Since at={since} />}
              >
                <Counts counts={counts} filter={{}} />
                {problems.map(problem => (
                  <Notice key={problem} tone={reachable ? 'warn' : 'bad'} title={problem}>
                    {!reachable &&
                      'What runs there goes on. Holdfast tries again by itself; until then nothing is delivered.'}
                  </Notice>
                ))}
                <Fact label="Kind" values={[kind]} />
                <Fact label="Address" values={[server || description]} />
                <Fact label="Version" values={version === '' ? [] : [version]} />
                <Fact label="Objects seen" values={[resources.toLocaleString()]} />
              </Part>
            ),
          )}
        </div>
      )}
    </Loaded>
  );
}

function Since({ at }: { at: number }) {
  return (
    <>
      for <RelativeTime at={at} form="duration" />
    </>
  );
}
