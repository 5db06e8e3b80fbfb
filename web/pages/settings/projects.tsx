import { useQuery } from '@tanstack/react-query';
import { projectsQuery } from '../../api/surroundings.ts';
import type { Project } from '../../api/types.ts';
import { type SettingsSearch, saying } from '../../model/settings-search.ts';
import { Empty } from '../../ui/empty.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Counts } from './counts.tsx';
import { Loaded } from './loaded.tsx';
import { Fact, Part } from './part.tsx';
import { ProjectTokens } from './project-tokens.tsx';

/** What each project may take from where, and deliver where. */
export function Projects({ q }: SettingsSearch) {
  const query = useQuery(projectsQuery);
  return (
    <Loaded query={query}>
      {projects => (
        <div className="grid items-start gap-2 xl:grid-cols-2">
          {projects.length === 0 && <Empty title="There are no projects, or none that you may see" />}
          {saying(q, projects).map(project => (
            <OneProject key={project.name} project={project} />
          ))}
        </div>
      )}
    </Loaded>
  );
}

type Kind = Project['namespaceResourceDeny'][number];
const kindText = ({ group, kind }: Kind) => {
  if (kind !== '*') return group === '' ? kind : `${group}/${kind}`;
  return group === '*' ? 'all kinds' : `all of ${group === '' ? 'core' : group}`;
};

/** A lone asterisk says nothing to whoever does not know the format. */
const orAny = (pattern: string, any: string) => (pattern === '*' ? any : pattern);
const placeText = ({ server, name, namespace }: Project['destinations'][number]) =>
  `${orAny(name || server || '*', 'any target')}, ${namespace === '*' ? 'any namespace' : `namespace ${namespace}`}`;

function OneProject({ project }: { project: Project }) {
  const { name, declared, conditions, counts, sourceRepos, destinations, roles, serviceAccounts } = project;
  const { clusterResourceAllow: clusterWide } = project;
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
      <Fact label="From" values={sourceRepos.map(one => orAny(one, 'any repository'))} />
      <Fact label="To" values={destinations.map(placeText)} />
      <Fact
        label="Cluster-wide"
        values={declared && clusterWide.length === 0 ? ['nothing'] : clusterWide.map(kindText)}
      />
      <Fact label="Not cluster-wide" values={project.clusterResourceDeny.map(kindText)} />
      <Fact label="In namespaces" values={project.namespaceResourceAllow?.map(kindText) ?? []} />
      <Fact label="Not in namespaces" values={project.namespaceResourceDeny.map(kindText)} />
      <Fact label="As" values={serviceAccounts.map(({ namespace, account }) => `${namespace} ${account}`)} />
      <Fact
        label="Roles"
        values={roles.map(role => (role.groups.length === 0 ? role.name : `${role.name} (${role.groups.join(', ')})`))}
      />
      <ProjectTokens project={name} />
    </Part>
  );
}
