import type { Condition } from '../model/application.ts';

/** What to do about conditions that do not come from an error, which says so itself. */
const nextSteps: Readonly<Record<string, string>> = {
  Cancelled: 'Sync it, or resume it.',
  DependencyError: 'Correct dependsOn in Git.',
  Fight: 'Stop whoever else changes it, or declare that the difference does not count (ignoreDifferences).',
  HeldBack: 'Look at the plan of a sync; what waits for a word happens when the sync is confirmed.',
  InvalidSpecError: 'Correct the declaration in Git, or the rules of its project.',
  RenderWarning: 'Correct it in Git.',
  ResourceError: 'Correct the resource in Git, or let its project allow the kind.',
  SharedResourceWarning: 'Declare it in one of the two only.',
  SyncError:
    'Correct it in Git: a newer commit is tried at once. Until then the same is tried again, ever more rarely.',
  UnsupportedField: 'Take the field out of the declaration, or write what it means in another way.',
  WaitsForOthers: 'Wait: what another one may declare is kept until that can be read, or you delete it.',
  WaitsForDependency: 'Nothing, if the other one is on its way: this one goes on by itself.',
};

export function withNextStep(condition: Condition): Condition {
  const advice = condition.advice ?? nextSteps[condition.type];
  return advice === undefined ? condition : { ...condition, advice };
}
