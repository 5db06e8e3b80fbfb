import { useQuery } from '@tanstack/react-query';
import { projectsQuery } from '../../api/surroundings.ts';
import type { Project } from '../../api/types.ts';
import { Empty } from '../../ui/empty.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Counts } from './counts.tsx';
import { Loaded } from './loaded.tsx';
import { Fact, Part } from './part.tsx';

/** What each project may take from where, and deliver where. */
export function Projects() {
  const query = useQuery(projectsQuery);
  return (
    <Loaded query={query}>
      {projects => (
        <div className="flex flex-col gap-2">
          {projects.length === 0 && <Empty title="There are no projects, or none that you may see" />}
          {projects.map(project => (
            <OneProject key={project.name} project={project} />
          ))}
        </div>
      )}
    </Loaded>
  );
}

type Kind = Project['namespaceResourceDeny'][number];
const kindText = ({ group, kind }: Kind) => (group === '' ? kind : `${group}/${kind}`);

function OneProject({ project }: { project: Project }) {
  const { name, declared, conditions, counts, sourceRepos, destinations, roles, serviceAccounts } = project;
  return (
    <Part name={name}>
      <Counts counts={counts} filter={{ project: [name] }} />
      {!declared && (
        <Notice
          tone={name === 'default' ? 'quiet' : 'warn'}
          title={name === 'default' ? 'Declared nowhere: it allows everything' : 'Declared nowhere: it allows nothing'}
        />
      )}
      {conditions.map(({ type, level, message, advice }) => (
        <Notice key={`${type} ${message}`} tone={level === 'error' ? 'bad' : 'warn'} title={message}>
          {advice}
        </Notice>
      ))}
      <Fact label="From" values={sourceRepos} />
      <Fact
        label="To"
        values={destinations.map(({ server, name: called, namespace }) => `${called || server || '*'} ${namespace}`)}
      />
      <Fact label="Cluster-wide" values={project.clusterResourceAllow.map(kindText)} />
      <Fact label="Not cluster-wide" values={project.clusterResourceDeny.map(kindText)} />
      <Fact label="In namespaces" values={project.namespaceResourceAllow?.map(kindText) ?? []} />
      <Fact label="Not in namespaces" values={project.namespaceResourceDeny.map(kindText)} />
      <Fact label="As" values={serviceAccounts.map(({ namespace, account }) => `${namespace} ${account}`)} />
      <Fact label="Roles" values={roles.map(role => role.name)} />
    </Part>
  );
}
