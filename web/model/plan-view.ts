import type { Plan } from '../api/types.ts';
import type { Tone } from './status.ts';

type Action = Plan['waves'][number]['steps'][number]['action'];

/** What is done to a resource: by sign, word and tone. */
export const actionViews = {
  create: { sign: '+', word: 'create', tone: 'good' },
  change: { sign: '~', word: 'change', tone: 'work' },
  recreate: { sign: '±', word: 'recreate', tone: 'bad' },
  delete: { sign: '−', word: 'delete', tone: 'bad' },
  run: { sign: '▸', word: 'run', tone: 'quiet' },
} as const satisfies Record<Action, { sign: string; word: string; tone: Tone }>;

const order = ['delete', 'recreate', 'change', 'create', 'run'] as const;

/** `delete 5`, `change 2`: what cannot be undone first; only what there is. */
export function countViews(counts: Plan['counts']): { text: string; tone: Tone }[] {
  return order
    .filter(action => counts[action] > 0)
    .map(action => ({ text: `${actionViews[action].word} ${counts[action]}`, tone: actionViews[action].tone }));
}

/** `wave 2`, `PreSync`, `PostSync, wave 1`: by the numbers that annotations give, in the words of src/model/progress.ts. */
export function waveName({ phase, wave }: { phase: string; wave: number }): string {
  if (phase === 'Sync') return `wave ${wave}`;
  return wave === 0 ? phase : `${phase}, wave ${wave}`;
}

/** As a heading: `Wave 2, deletes`. */
export function waveTitle({ prune = false, ...wave }: { phase: string; wave: number; prune?: boolean }): string {
  const name = waveName(wave);
  return `${name.charAt(0).toUpperCase()}${name.slice(1)}${prune ? ', deletes' : ''}`;
}

/** Why the plan cannot be carried out by whoever looks; undefined when it can. */
export function planRefusal({ permissions, waves, rollback }: Plan): string | undefined {
  const missing = permissions.find(({ allowed }) => !allowed);
  if (missing !== undefined) return `Your role does not include ${missing.action}: ${missing.why}`;
  // A rollback without a change still keeps newer commits back.
  return waves.length === 0 && rollback === undefined ? 'There is nothing to do' : undefined;
}
