import { type Evidence, type Monitor, ownerOf } from './evidence.ts';
import { whatShouldBe } from './model.ts';

/** Longest time from a commit to the write, where nothing is wrong with this application: a look at Git, and some room. */
const promptMs = 40_000;

/** P6: what is wrong with one application delays no other. */
export const isolated: Monitor = {
  name: 'isolated',
  promise: 'An application in trouble delays no other',
  *check(evidence) {
    const { victim } = evidence.history;
    if (victim === undefined) return;
    for (const [i, head] of evidence.heads.entries()) {
      const over = evidence.heads[i + 1]?.at ?? evidence.calmAt;
      if (over - head.at < promptMs || head.at + promptMs > evidence.calmAt) continue;
      const model = whatShouldBe(head.files);
      for (const app of model.apps.values()) {
        if (app.name === victim || !app.automated || !app.whole || app.dependsOn.length > 0) continue;
        for (const [key, declared] of app.objects) {
          const rev = declared.metadata?.annotations?.['sim.example/rev'];
          if (wasSo(key, rev, app.name, head.at, evidence)) continue;
          yield {
            at: head.at + promptMs,
            words: `${key} of ${app.name} was not as declared ${promptMs / 1000} s after the commit, with ${victim} in trouble`,
          };
        }
      }
    }
  },
};

function wasSo(key: string, rev: string | undefined, app: string, since: number, { timeline }: Evidence): boolean {
  const moments = [since, ...timeline.changes([key], since, since + promptMs)];
  return moments.some(at => {
    const object = timeline.at(key, at);
    return object?.metadata?.annotations?.['sim.example/rev'] === rev && object !== undefined && ownerOf(object) === app;
  });
}
