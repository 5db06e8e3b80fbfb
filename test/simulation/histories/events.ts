import type { Draw } from './draw.ts';
import type { Deed } from './subject.ts';

/** What may happen to any operator and the computer that it runs on. */
export const anywhere: readonly ((draw: Draw) => Deed)[] = [
  () => ({ do: 'crash' }),
  () => ({ do: 'crash' }),
  () => ({ do: 'stop' }),
  draw => ({ do: 'pause', ms: draw.whole(1_000, 90_000) }),
  () => ({ do: 'lose store' }),
  () => ({ do: 'tear store' }),
  draw => ({ do: 'older store', by: draw.whole(1, 30) }),
  () => ({ do: 'lose power' }),
  draw => ({ do: 'wall clock', byMs: draw.pick([3_600_000, -3_600_000, 315_360_000_000, -60_000]) }),
];
