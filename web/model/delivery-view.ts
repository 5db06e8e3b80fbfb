import type { Delivery } from '../api/types.ts';
import { shortDuration } from './time.ts';

export interface Figure {
  name: string;
  /** Undefined: too little happened to say. */
  value: string | undefined;
  note: string;
}

/** Of fewer than this a median or a rate says nothing. */
const enough = 3;

/** The four measures of DORA, in words. */
export function deliveryFigures({
  deployments,
  deploymentsPerDay,
  leadTime,
  tried,
  failures,
  changeFailureRate,
  timeToRestore,
}: Delivery): Figure[] {
  return [
    { name: 'Deployments', value: deployments.toLocaleString(), note: `${perDay(deploymentsPerDay)} a day` },
    { name: 'Lead time', ...spreadOf(leadTime) },
    {
      name: 'Failed changes',
      value: tried < enough || changeFailureRate === undefined ? undefined : `${Math.round(changeFailureRate * 100)} %`,
      note: `${failures} of ${tried}`,
    },
    { name: 'Time to restore', ...spreadOf(timeToRestore) },
  ];
}

function spreadOf(spread: Delivery['leadTime']): Omit<Figure, 'name'> {
  if (spread === undefined) return { value: undefined, note: 'none so far' };
  const { median, p90, count } = spread;
  if (count < enough) return { value: undefined, note: `${count} so far` };
  return { value: shortDuration(median), note: `9 of 10 within ${shortDuration(p90)}` };
}

function perDay(count: number): string {
  if (count === 0 || count >= 10) return count.toFixed(0);
  return count < 0.1 ? 'less than 0.1' : count.toFixed(1);
}
