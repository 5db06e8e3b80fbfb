import { readAnnotations } from '../../dialects/annotations.ts';
import type { Desired, Rendered } from '../../model/resource.ts';
import { describeResource, resourceKey } from '../../model/resource.ts';
import type { ApplicationContext, Identified, Problem } from '../target.ts';
import type { Roots } from './roots.ts';
import { isMachineKind, type MachineKind, machineGroup } from './spec.ts';

/** Files before what runs from them. */
const ranks: Record<MachineKind, number> = { Release: 0, File: 10, Process: 20, Script: 30 };

/** Names what was rendered for a machine. Pure: whether a path or a name may be used shows in its text. */
export function identify(rendered: readonly Rendered[], context: ApplicationContext, roots: Roots): Identified {
  const desired: Desired[] = [];
  const problems: Problem[] = [];
  for (const { id, version, body, annotations } of rendered) {
    const key = resourceKey(id);
    const objection =
      isMachineKind(id.kind) && id.group === machineGroup ? objectionTo(id, context, roots) : unknownKind(id);
    if (objection !== undefined || !isMachineKind(id.kind)) {
      problems.push({ id, message: objection ?? '' });
      continue;
    }
    const { phases, hook, wave, options } = readAnnotations(annotations, context.policy);
    const rank = ranks[id.kind];
    desired.push({ id, key, version, body, phases, wave, rank, options, ...(hook === undefined ? {} : { hook }) });
  }
  return { desired, problems };
}

function unknownKind(id: Rendered['id']): string {
  return `a machine has no ${describeResource(id)}: it takes what is rendered from a Procfile or an appspec.yml`;
}

function objectionTo(id: Rendered['id'], context: ApplicationContext, roots: Roots): string | undefined {
  if (id.kind === 'File') {
    const reason = roots.objection(id.name);
    return reason === undefined ? undefined : `${id.name} must not be touched: ${reason}`;
  }
  const own = id.name === context.application || id.name.startsWith(`${context.application}/`);
  return own ? undefined : `${id.name} does not belong to the application ${context.application}`;
}
