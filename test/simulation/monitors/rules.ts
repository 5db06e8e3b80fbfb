import { isHook } from './differences.ts';
import {
  type Evidence,
  isDisturbed,
  isEffective,
  isForced,
  keyOf,
  type Monitor,
  ownerOf,
  wasAsked,
} from './evidence.ts';
import { type AppModel, isForbidden, modelsOf, whatShouldBe } from './model.ts';
import { contentWrites } from './revisions.ts';

/** How old the rules may be that something is done by, where nothing holds the operator up. */
const lagMs = 60_000;

/** P3, P11: one commit is one. What it asks for is done by what it allows, never by what the one before did. */
export const rules: Monitor = {
  name: 'rules',
  promise:
    'What a revision asks for is done by the rules of that very revision: its project, and whether it is automated',
  *check(evidence) {
    const models = modelsOf(evidence.heads);
    const at = (head: number, app: string) => models[head]?.apps.get(app);
    /** Of a revision whose declarations cannot be read, any before it may be in force: not each was read. */
    const inForce = (head: number, app: string) => {
      const isReadable = (one: number) => whatShouldBe(evidence.heads[one]?.files ?? new Map()).readable;
      const before = Array.from({ length: head + 1 }, (_, i) => i).filter(isReadable);
      return (isReadable(head) ? [head] : before).flatMap(one => at(one, app) ?? []);
    };
    for (const { seen, app, key, heads } of contentWrites(evidence)) {
      const asking = heads.flatMap(head => (isCurrent(head, seen.at, evidence) ? inForce(head, app) : []));
      if (asking.length === 0) continue;
      const reasons = asking.map(model =>
        objection(model, key, wasAsked(app, seen.at, evidence) || isHook(seen.after ?? {})),
      );
      if (!reasons.includes(undefined)) yield { at: seen.at, words: `${key} was written, though ${reasons.at(-1)}` };
    }
    for (const seen of evidence.log) {
      const { before } = seen;
      if (seen.method !== 'DELETE' || before === undefined || !isEffective(seen) || isHook(before)) continue;
      const [key, app] = [keyOf(before), ownerOf(before)];
      if (app === '' || isForced(before) || wasAsked(app, seen.at, evidence)) continue;
      const heads = evidence.heads.flatMap((_, head) => (isCurrent(head, seen.at, evidence) ? [head] : []));
      // By one that does not have the application, it goes as a whole.
      if (heads.some(head => at(head, app) === undefined)) continue;
      const isDropping = (head: number) => at(head, app)?.objects.has(key) === false;
      const dropping = heads.filter(isDropping).flatMap(head => inForce(head, app));
      if (dropping.length === 0) continue;
      const reasons = dropping.map(
        model => objection(model, key, false) ?? (model.prune ? undefined : 'nothing is pruned there'),
      );
      if (!reasons.includes(undefined)) yield { at: seen.at, words: `${key} was deleted, though ${reasons.at(-1)}` };
    }
  },
};

function objection(app: AppModel, key: string, isAsked: boolean): string | undefined {
  if (isForbidden(app, key)) return `the project of ${app.name} forbids it in each revision that asks for it`;
  return app.automated || isAsked ? undefined : `${app.name} is not automated in any revision that asks for it`;
}

/** There already, and not so long over that nobody may go by it any more. */
function isCurrent(head: number, at: number, { heads, ...evidence }: Evidence): boolean {
  const since = heads[head]?.at ?? 0;
  const over = heads[head + 1]?.at ?? Number.POSITIVE_INFINITY;
  const free = isDisturbed({ ...evidence, heads }) || evidence.asked.some(({ request }) => request.ask === 'rollback');
  return since <= at && (free || over > at - lagMs);
}
