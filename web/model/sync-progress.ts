import type { Sync } from '../api/types.ts';
import type { StatusView } from './status.ts';

type Wave = NonNullable<Sync['waves']>[number];
type State = 'waiting' | 'running' | 'settling' | 'done' | 'failed';

export interface WaveProgress extends Wave {
  done: number;
  failed: number;
  state: State;
}

export const waveViews = {
  waiting: { shape: 'ring', tone: 'quiet', label: 'Waiting' },
  running: { shape: 'half', tone: 'work', label: 'Running' },
  settling: { shape: 'half', tone: 'work', label: 'Getting healthy' },
  done: { shape: 'full', tone: 'good', label: 'Done' },
  failed: { shape: 'triangle', tone: 'bad', label: 'Failed' },
} as const satisfies Record<State, StatusView>;

/** How far each wave is. Results come in the order of the waves of their phase, and say no wave: they fill one after the other. */
export function wavesOf({ waves = [], results, phase, wave, result }: Sync): WaveProgress[] {
  const filled = waves.map((one, index) => {
    const before = waves.slice(0, index).filter(other => other.phase === one.phase);
    const from = before.reduce((sum, { steps }) => sum + steps, 0);
    const own = results.filter(step => step.phase === one.phase).slice(from, from + one.steps);
    const failed = own.filter(step => step.result === 'failed').length;
    const done = own.filter(step => step.result !== 'running').length;
    return { ...one, done, failed, started: own.length > 0 };
  });
  // Deletes of a wave are a group of their own: of two that fit it is the later one, once that has begun.
  const fits = filled.filter(one => result === 'running' && one.phase === phase && one.wave === wave);
  const here = fits.findLast(({ started }) => started) ?? fits[0];
  const at = here === undefined ? -1 : filled.indexOf(here);
  // A wave that was reached and has not begun waits for the one before it to get healthy.
  const settling = here?.started === false ? at - 1 : -1;
  return filled.map(({ started, ...one }, index) => {
    if (one.failed > 0) return { ...one, state: 'failed' };
    if (index === settling) return { ...one, state: 'settling' };
    if (!started) return { ...one, state: 'waiting' };
    return { ...one, state: index === at || one.done < one.steps ? 'running' : 'done' };
  });
}
