import { type ResourceId, resourceKey } from '../../model/resource.ts';
import type { Owned, OwnedResource, TargetEvent } from '../target.ts';
import { ownName } from './lives.ts';
import { machineGroup } from './spec.ts';
import type { Supervisor } from './supervisor.ts';

/** What runs of each declared process: one of the operating system's, while there is one. */
export function ownedProcesses(supervisor: Supervisor, application: string): Owned {
  const resources = supervisor.services(application).flatMap(({ name, service }): OwnedResource[] => {
    const { pid, startedAt } = service;
    if (pid === undefined) return [];
    const declared = `${application}/${name}`;
    const id = { group: machineGroup, kind: 'Running', namespace: '', name: `${declared}/${pid}` };
    return [
      {
        ...{ id, key: resourceKey(id), uid: String(pid), health: service.health(), createdAt: startedAt ?? 0 },
        summary: `process ${pid}`,
        parents: [resourceKey({ ...id, kind: 'Process', name: declared })],
      },
    ];
  });
  return { resources, complete: true, reason: '', prints };
}

function prints({ kind }: ResourceId): boolean {
  return kind === 'Process' || kind === 'Script';
}

/** What the supervisor did about a process, newest first. */
export function processEvents(supervisor: Supervisor, application: string, id: ResourceId): TargetEvent[] {
  const name = id.kind === 'Process' ? ownName(application, id) : '';
  return (supervisor.service(application, name)?.history ?? []).toReversed();
}
