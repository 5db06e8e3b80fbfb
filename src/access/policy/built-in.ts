import { owner } from '../subject.ts';
import { resourceNames, resources } from '../words.ts';
import { type PolicyText, parsePolicy } from './parse.ts';

/** The two roles that are there without being declared, from the table of resources: `readonly` sees all, `admin` does all. */
export const builtInPolicy: PolicyText = parsePolicy(builtInText(), 'built in', 'glob');

export function builtInText(): string {
  const lines = resourceNames.flatMap(name => {
    const { actions, perProject } = resources[name];
    const line = (role: string, action: string) =>
      `p, role:${role}, ${name}, ${action}, ${perProject ? '*/*' : '*'}, allow`;
    const narrowed = actions.filter(action => action === 'update' || action === 'delete').map(action => `${action}/*`);
    const changes = [...actions.filter(action => action !== 'get'), ...(perProject ? narrowed : [])];
    return [
      ...(actions.some(action => action === 'get') ? [line('readonly', 'get')] : []),
      ...changes.map(action => line('admin', action === 'action' ? 'action/*' : action)),
    ];
  });
  return [...lines, 'g, role:admin, role:readonly', `g, ${owner.name}, role:admin`].join('\n');
}
