import type { Plan, PlanAsked } from '../api/types.ts';

type Step = Plan['waves'][number]['steps'][number];

/** Something that a sync of everything would do, and that can be left out. */
export type Choice = Pick<Step, 'key' | 'id' | 'action'>;

/** Of a plan for everything: what can be chosen of it. Hooks come and go with the whole. */
export function choicesOf({ waves }: Plan): Choice[] {
  return waves.flatMap(({ steps }) =>
    steps.flatMap(({ key, id, action }) => (action === 'run' ? [] : [{ key, id, action }])),
  );
}

/** With it where it was left out, or without it where it was in. All of them is the same as everything, hooks included. */
export function toggled(asked: PlanAsked, choices: readonly Choice[], key: string): PlanAsked {
  const { resources = choices.map(choice => choice.key), ...rest } = asked;
  const next = resources.includes(key) ? resources.filter(one => one !== key) : [...resources, key];
  const isAll = choices.every(choice => next.includes(choice.key));
  return isAll ? rest : { ...rest, resources: next };
}

/** Everything, or nothing of it, for somebody to begin from. */
export function withAll({ resources: _, ...rest }: PlanAsked, isAll: boolean): PlanAsked {
  return isAll ? rest : { ...rest, resources: [] };
}

export function leftOut({ resources }: PlanAsked, choices: readonly Choice[]): Choice[] {
  if (resources === undefined) return [];
  const chosen = new Set(resources);
  return choices.filter(({ key }) => !chosen.has(key));
}
