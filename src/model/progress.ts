import type { Phase } from './resource.ts';
import type { Sync } from './status.ts';

/**
 * How far a sync is: of all its steps, and at which wave. `wave` is the number that annotations give it, as everywhere: 0 where
 * they give none, below 0 where they say so.
 */
export interface Progress {
  phase?: Phase;
  wave?: number;
  /** The wave has not begun: what is before it is not healthy yet. */
  waits?: boolean;
  /** Of `steps`, ended well or badly. */
  done: number;
  failed: number;
  /** Of all waves; undefined: it is not known how many there are. */
  steps?: number;
}

export function progressOf(sync: Pick<Sync, 'phase' | 'wave' | 'results' | 'waves'>): Progress {
  const { phase, wave, results, waves } = sync;
  const steps = waves?.reduce((all, one) => all + one.steps, 0);
  return {
    ...(phase === undefined ? {} : { phase }),
    ...(wave === undefined ? {} : { wave }),
    ...(isBeforeItsWave(sync) ? { waits: true } : {}),
    done: results.filter(({ result }) => result !== 'running').length,
    failed: results.filter(({ result }) => result === 'failed').length,
    ...(steps === undefined ? {} : { steps }),
  };
}

/** Everything that comes before the wave is done, and nothing of the wave itself. */
function isBeforeItsWave({
  phase,
  wave,
  results,
  waves = [],
}: Pick<Sync, 'phase' | 'wave' | 'results' | 'waves'>): boolean {
  let before = 0;
  for (const one of waves) {
    if (one.phase === phase && one.wave === wave && before > 0 && before === results.length) return true;
    before += one.steps;
  }
  return false;
}

/** The one name of a wave: `wave 2`, `PreSync`, `PostSync, wave 1`. */
export function waveName({ phase, wave }: { phase: Phase; wave: number }): string {
  if (phase === 'Sync') return `wave ${wave}`;
  return wave === 0 ? phase : `${phase}, wave ${wave}`;
}

/** `14 of 20 done, 1 failed, at wave 2`: the steps are those of all waves. */
export function progressWords({ phase, wave, waits = false, done, failed, steps }: Progress): string {
  const count = steps === undefined ? `${done} done` : `${done} of ${steps} done`;
  const place = phase === undefined || wave === undefined ? [] : [waveName({ phase, wave })];
  const words = place.map(name => (waits ? `waits to begin ${name}` : `at ${name}`));
  return [count, ...(failed > 0 ? [`${failed} failed`] : []), ...words].join(', ');
}
