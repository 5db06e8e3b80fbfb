import { accountOf, permits, permitsResource } from '../dialects/argo/project/rules.ts';
import type { Application, Project } from '../model/application.ts';
import type { Permit } from '../targets/target.ts';
import type { Services } from './services.ts';

/**
 * What the project of an application allows, asked anew at each write: a sync may be longer than its rules last. Deletes ask for kind
 * and place only: what may not be delivered any more may still be taken away.
 */
export function permitFor(
  application: Application,
  rulesFor: (act: 'write' | 'delete') => Project | undefined,
  { target, place }: Pick<Services, 'target' | 'place'>,
): Permit {
  const { server } = target;
  return {
    refusalOf(act, id, clusterScoped) {
      const project = rulesFor(act);
      const whole =
        act === 'write'
          ? permits(project, application, server, place.repoURL)[0]?.message
          : accountOf(project, application, server).refusal;
      return whole ?? permitsResource(project, id, server, clusterScoped);
    },
    get account() {
      return accountOf(rulesFor('write') ?? rulesFor('delete'), application, server).account;
    },
  };
}
