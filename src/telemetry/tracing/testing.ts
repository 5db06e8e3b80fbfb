import type { Clock, Random } from '../../env/env.ts';
import type { EndedSpan } from './span.ts';
import { Tracer } from './tracer.ts';

/** A tracer whose clocks stand still until somebody moves them, and whose ids count up. */
export function testTracer(sampler = () => true) {
  const kept: EndedSpan[] = [];
  const time = { wall: 1_700_000_000_000, monotonic: 50.25 };
  const clock: Clock = { now: () => time.wall, monotonic: () => time.monotonic };
  let drawn = 0;
  const random: Pick<Random, 'bytes'> = { bytes: length => Buffer.alloc(length).fill(++drawn) };
  const tracer = new Tracer({ clock, random: { ...random, fraction: () => 0, uuid: () => '' } }, sampler, span =>
    kept.push(span),
  );
  const pass = (ms: number) => {
    time.wall += ms;
    time.monotonic += ms;
  };
  return { tracer, kept, time, pass };
}
