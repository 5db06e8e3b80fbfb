import { type Evidence, isDisturbed, type Monitor } from './evidence.ts';
import { type AppModel, modelsOf } from './model.ts';

/** Promise 5: a commit costs the applications that it touches a render, and no other. */
export const sparing: Monitor = {
  name: 'sparing',
  promise: 'An application is rendered when something that it is made from is new, and not for a commit about others',
  *check(evidence) {
    if (isDisturbed(evidence) || !evidence.history.actions.every(isOfGit)) return;
    const models = modelsOf(evidence.heads);
    for (const [name, renders] of Map.groupBy(evidence.effects.filter(isRender), ({ detail }) => detail)) {
      const apps = models.map(({ apps: all }) => all.get(name.slice('render '.length)));
      if (apps.some(app => app !== undefined && !isPlain(app)) || models.some(definesKinds)) continue;
      for (const [i, { at }] of renders.entries()) {
        const known = apps.slice(0, evidence.heads.findLastIndex(head => head.at <= at) + 1);
        // The declarations and what they lead to are read one after the other: a commit may come in between.
        const most = 2 * changesIn(known) + 1;
        if (i + 1 <= most) continue;
        yield {
          at,
          words: `${name} for the ${i + 1}. time, after ${changesIn(known)} changes of what it is made from`,
        };
        break;
      }
    }
  },
};

function isOfGit({ do: done, ...action }: Evidence['history']['actions'][number]): boolean {
  return done === 'commit' || ('request' in action && action.request.ask === 'refresh');
}

function isRender({ kind, detail }: Evidence['effects'][number]): boolean {
  return kind === 'render' && detail.startsWith('render ');
}

/** What fails is tried again; bodies of Secrets are not kept, but rendered when they are wanted. */
function isPlain({ whole, clean, objects, hooks }: AppModel): boolean {
  const hasSecret = [...objects.values(), ...hooks.values()].some(({ kind }) => kind === 'Secret');
  return whole && clean && !hasSecret;
}

/** What may be assumed of the cluster is something that everything is made from. */
function definesKinds({ apps }: { apps: ReadonlyMap<string, AppModel> }): boolean {
  return [...apps.values()].some(({ objects }) =>
    [...objects.values()].some(({ kind }) => kind === 'CustomResourceDefinition'),
  );
}

function changesIn(apps: readonly (AppModel | undefined)[]): number {
  const texts = apps.map(app =>
    JSON.stringify({ ...app, objects: [...(app?.objects ?? [])], hooks: [...(app?.hooks ?? [])] }),
  );
  return texts.filter((text, i) => text !== texts[i - 1]).length;
}
