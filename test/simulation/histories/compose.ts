import { type App, changesBetween, type Fleet, filesOf } from './fleet.ts';
import type { Action, History } from './history.ts';
import type { Item } from './items.ts';
import type { Deed } from './subject.ts';

/** A history that is written by hand, in words for what is declared. */
export interface Reference {
  name: string;
  history: History;
}

export function app(name: string, items: Item[], more: Partial<App> = {}): App {
  return {
    ...{ name, namespace: `ns-${name}`, automated: true, prune: true, selfHeal: true, cascade: true },
    ...{ dependsOn: [], items },
    ...more,
  };
}

export function item(kind: Item['kind'], name: string, more: Partial<Item> = {}): Item {
  return { kind, name, rev: 1, ...more };
}

export function fleet(...apps: App[]): Fleet {
  return { style: 'holdfast', apps, readme: 0 };
}

export type Step<Declared = Fleet> = [at: number, what: Declared | Deed];

export function reference(name: string, first: Fleet, ...steps: Step[]): Reference {
  return referenceOf({ name, target: 'kubernetes', filesOf }, first, ...steps);
}

interface About<Declared> {
  name: string;
  target: History['target'];
  filesOf(declared: Declared): Record<string, string>;
}

export function referenceOf<Declared extends { apps: object }>(
  { name, target, filesOf: files }: About<Declared>,
  first: Declared,
  ...steps: Step<Declared>[]
): Reference {
  let present = first;
  const actions = steps.map(([at, what], i): Action => {
    if (!('apps' in what)) return { at, ...what };
    const changes = changesBetween(files(present), files(what));
    present = what;
    return { at, do: 'commit', words: `step ${i}`, files: changes };
  });
  const calmAt = (steps.at(-1)?.[0] ?? 0) + 30_000;
  const history: History = {
    ...{ seed: 1, words: name, target, first: files(first), actions, calmAt },
    encores: ['restart'],
  };
  return { name, history };
}

export const newer = (one: Item): Item => ({ ...one, rev: one.rev + 1 });
