import type { TraceContext } from './context.ts';

/** Whether the spans of a trace are kept. Asked once for each span; a trace is kept whole, or not at all. */
export type Sampler = (traceId: string, parent: Pick<TraceContext, 'sampled'> | undefined) => boolean;

/** Names and meanings: https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/ */
const samplers: Readonly<Record<string, (share: number) => Sampler>> = {
  always_on: () => () => true,
  always_off: () => () => false,
  traceidratio: share => traceId => isAmong(traceId, share),
  parentbased_always_on: () => (_, parent) => parent?.sampled ?? true,
  parentbased_always_off: () => (_, parent) => parent?.sampled ?? false,
  parentbased_traceidratio: share => (traceId, parent) => parent?.sampled ?? isAmong(traceId, share),
};

export const samplerNames = Object.keys(samplers);

/** `share`: of all traces, 0 to 1; what others than those by ratio take no notice of. Undefined: there is none of this name. */
export function samplerNamed(name: string, share: number): Sampler | undefined {
  return Object.hasOwn(samplers, name) ? samplers[name]?.(share) : undefined;
}

/** By the id alone, so that all who see parts of one trace come to the same answer. */
function isAmong(traceId: string, share: number): boolean {
  return Number.parseInt(traceId.slice(-13), 16) / 2 ** 52 < share;
}
