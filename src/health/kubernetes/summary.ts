import { type Kind, type KubeFields, listAt, numberAt, textAt } from './fields.ts';

/** A sentence of facts for people: images, replicas, addresses. */
export function summarize(object: KubeFields, { group, kind }: Kind): string | undefined {
  const said = summaries[`${group}/${kind}`]?.(object);
  return said === undefined || said === '' ? undefined : said.slice(0, 200);
}

type Summary = (object: KubeFields) => string;

const replicas =
  (ready: string): Summary =>
  object =>
    facts(
      images(object, 'spec', 'template', 'spec'),
      `${numberAt(object, ['status', ready])}/${numberAt(object, ['spec', 'replicas'], 1)} ready`,
    );

const summaries: Record<string, Summary | undefined> = {
  'apps/Deployment': replicas('readyReplicas'),
  'apps/StatefulSet': replicas('readyReplicas'),
  'apps/ReplicaSet': replicas('readyReplicas'),
  '/ReplicationController': replicas('readyReplicas'),
  'apps/DaemonSet': object =>
    facts(
      images(object, 'spec', 'template', 'spec'),
      `${numberAt(object, ['status', 'numberReady'])}/${numberAt(object, ['status', 'desiredNumberScheduled'])} ready`,
    ),
  '/Pod': object => facts(images(object, 'spec'), textAt(object, 'status', 'phase'), restarts(object)),
  'batch/Job': object => facts(images(object, 'spec', 'template', 'spec')),
  'batch/CronJob': object =>
    facts(images(object, 'spec', 'jobTemplate', 'spec', 'template', 'spec'), textAt(object, 'spec', 'schedule')),
  '/Service': object => {
    const ports = listAt(object, 'spec', 'ports').map(port => numberAt(port, ['port']));
    return facts(textAt(object, 'spec', 'type'), ports.length === 0 ? '' : `port ${ports.join(', ')}`);
  },
  'networking.k8s.io/Ingress': object => facts(...listAt(object, 'spec', 'rules').map(rule => textAt(rule, 'host'))),
  '/PersistentVolumeClaim': object =>
    facts(textAt(object, 'status', 'capacity', 'storage'), textAt(object, 'spec', 'storageClassName')),
};

function restarts(object: KubeFields): string {
  const counts = listAt(object, 'status', 'containerStatuses').map(container => numberAt(container, ['restartCount']));
  const all = counts.reduce((sum, count) => sum + count, 0);
  return all === 0 ? '' : `${all} ${all === 1 ? 'restart' : 'restarts'}`;
}

function images(object: KubeFields, ...path: string[]): string {
  return listAt(object, ...path, 'containers')
    .map(container => textAt(container, 'image'))
    .filter(image => image !== '')
    .join(', ');
}

function facts(...parts: string[]): string {
  return parts.filter(part => part !== '').join(', ');
}
