import { type Sampler, samplerNamed, samplerNames } from './sampler.ts';
import type { Attributes } from './span.ts';

/** Where traces go, and how. */
export interface TracingSettings {
  /** Of the receiver: http or https, without credentials. */
  endpoint: URL;
  /** May hold secrets: never shown. */
  headers: Record<string, string>;
  /** File with the authorities (PEM) to trust instead of the system’s. */
  certificate?: string;
  /** For one request, ms. */
  timeoutMs: number;
  /** Longest that a span waits for others to be sent with, ms. */
  delayMs: number;
  maxQueue: number;
  maxBatch: number;
  sampler: Sampler;
  resource: Attributes;
}

/** What of OpenTelemetry’s environment variables is followed. docs/observability.md is made from this table. */
export const tracingVariables = {
  OTEL_EXPORTER_OTLP_ENDPOINT: 'Receiver of OTLP over HTTP, such as `http://collector:4318`; `/v1/traces` is added',
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'The same for traces alone, taken as it is; it goes before',
  OTEL_EXPORTER_OTLP_HEADERS: 'Headers of each request: `name=value,name=value`, percent-encoded',
  OTEL_EXPORTER_OTLP_TRACES_HEADERS: 'The same for traces alone; it goes before, name by name',
  OTEL_EXPORTER_OTLP_CERTIFICATE: 'File with the authorities (PEM) to trust instead of the system’s',
  OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE: 'The same for traces alone; it goes before',
  OTEL_EXPORTER_OTLP_TIMEOUT: 'Longest time for one request, in ms (default 10000)',
  OTEL_EXPORTER_OTLP_TRACES_TIMEOUT: 'The same for traces alone; it goes before',
  OTEL_EXPORTER_OTLP_PROTOCOL: '`http/json`, the only one there is',
  OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'The same for traces alone; it goes before',
  OTEL_BSP_SCHEDULE_DELAY: 'Longest that a span waits for others to be sent with, in ms (default 5000)',
  OTEL_BSP_MAX_QUEUE_SIZE: 'Spans that wait at most; more are dropped, and counted (default 2048)',
  OTEL_BSP_MAX_EXPORT_BATCH_SIZE: 'Spans in one request at most (default 512)',
  OTEL_TRACES_SAMPLER: `${samplerNames.map(name => `\`${name}\``).join(', ')} (default \`parentbased_always_on\`)`,
  OTEL_TRACES_SAMPLER_ARG: 'Share of the traces that are kept, for the samplers by ratio: 0 to 1 (default 1)',
  OTEL_SERVICE_NAME: 'What Holdfast is called in traces (default `holdfast`)',
  OTEL_RESOURCE_ATTRIBUTES: 'What else is said of it: `name=value,name=value`, percent-encoded',
  OTEL_TRACES_EXPORTER: '`otlp`, which without an endpoint means `http://localhost:4318`, or `none`',
  OTEL_SDK_DISABLED: '`true`: no traces, whatever the others say',
} as const;

type Variable = keyof typeof tracingVariables;
const usualSampler = 'parentbased_always_on';
export type ReadVariable = (name: string) => string | undefined;

export interface AskedFor {
  /** Undefined: no traces are asked for. */
  settings?: TracingSettings;
  /** What cannot be followed, and is left out: nothing fails for the sake of traces. */
  problems: { variable: Variable; reason: string }[];
}

/** What the environment variables ask for. */
export function tracingSettings(read: ReadVariable): AskedFor {
  const variables = new Variables(read);
  const { problems } = variables;
  const endpoint = endpointOf(variables);
  if (endpoint === undefined) return { problems };
  const [protocol, given = 'http/json'] = variables.either('PROTOCOL');
  if (given !== 'http/json') variables.wrong(protocol, 'is not followed: it is http/json, which receivers take, too');
  const [, certificate] = variables.either('CERTIFICATE');
  const said = variables.pairs('OTEL_RESOURCE_ATTRIBUTES');
  const maxQueue = variables.number('OTEL_BSP_MAX_QUEUE_SIZE', 2_048);
  const settings: TracingSettings = {
    endpoint,
    headers: {
      ...variables.pairs('OTEL_EXPORTER_OTLP_HEADERS'),
      ...variables.pairs('OTEL_EXPORTER_OTLP_TRACES_HEADERS'),
    },
    ...(certificate === undefined ? {} : { certificate }),
    timeoutMs: variables.number(variables.either('TIMEOUT')[0], 10_000),
    delayMs: variables.number('OTEL_BSP_SCHEDULE_DELAY', 5_000),
    maxQueue,
    maxBatch: Math.min(maxQueue, variables.number('OTEL_BSP_MAX_EXPORT_BATCH_SIZE', 512)),
    sampler: samplerOf(variables),
    resource: { ...said, 'service.name': variables.given('OTEL_SERVICE_NAME') ?? said['service.name'] ?? 'holdfast' },
  };
  return { settings, problems };
}

/** Reads them one by one, and remembers what was wrong with them. Empty is unset. */
class Variables {
  readonly problems: AskedFor['problems'] = [];
  readonly #read: ReadVariable;

  constructor(read: ReadVariable) {
    this.#read = read;
  }

  wrong(variable: Variable, reason: string): void {
    this.problems.push({ variable, reason });
  }

  given(name: Variable): string | undefined {
    return this.#read(name)?.trim() || undefined;
  }

  /** Of two, the one for traces alone where it is there. */
  either(name: 'ENDPOINT' | 'CERTIFICATE' | 'TIMEOUT' | 'PROTOCOL'): [Variable, string | undefined] {
    const own = this.given(`OTEL_EXPORTER_OTLP_TRACES_${name}`);
    if (own !== undefined) return [`OTEL_EXPORTER_OTLP_TRACES_${name}`, own];
    return [`OTEL_EXPORTER_OTLP_${name}`, this.given(`OTEL_EXPORTER_OTLP_${name}`)];
  }

  number(name: Variable, usual: number): number {
    const value = Number(this.given(name) ?? usual);
    if (Number.isSafeInteger(value) && value >= 1 && value <= 1_000_000) return value;
    this.wrong(name, 'must be a whole number from 1 to 1000000');
    return usual;
  }

  pairs(name: Variable): Record<string, string> {
    const found = parsePairs(this.given(name) ?? '');
    if (found === undefined) this.wrong(name, 'must be name=value,name=value, percent-encoded');
    return found ?? {};
  }
}

/** Undefined where no traces are to be sent. */
function endpointOf(variables: Variables): URL | undefined {
  if (variables.given('OTEL_SDK_DISABLED')?.toLowerCase() === 'true') return undefined;
  const exporter = variables.given('OTEL_TRACES_EXPORTER');
  if (exporter === 'none') return undefined;
  if (exporter !== undefined && exporter !== 'otlp') variables.wrong('OTEL_TRACES_EXPORTER', 'must be otlp or none');
  const usual = exporter === 'otlp' ? 'http://localhost:4318' : undefined;
  const [name, text = usual] = variables.either('ENDPOINT');
  if (text === undefined) return undefined;
  const endpoint = endpointFrom(text, name === 'OTEL_EXPORTER_OTLP_ENDPOINT');
  if (typeof endpoint !== 'string') return endpoint;
  variables.wrong(name, endpoint);
  return undefined;
}

function samplerOf(variables: Variables): Sampler {
  const share = Number(variables.given('OTEL_TRACES_SAMPLER_ARG') ?? 1);
  const isShare = share >= 0 && share <= 1;
  if (!isShare) variables.wrong('OTEL_TRACES_SAMPLER_ARG', 'must be a number from 0 to 1');
  const name = variables.given('OTEL_TRACES_SAMPLER') ?? usualSampler;
  const sampler = samplerNamed(name, isShare ? share : 1);
  if (sampler !== undefined) return sampler;
  variables.wrong('OTEL_TRACES_SAMPLER', `must be one of ${samplerNames.join(', ')}`);
  return (_, parent) => parent?.sampled ?? true;
}

/** Answers what is wrong with it, when something is. */
function endpointFrom(text: string, isBase: boolean): URL | string {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) return 'must be an address with http or https';
  if (url.username !== '' || url.password !== '')
    return 'must be without credentials: those go into OTEL_EXPORTER_OTLP_HEADERS';
  if (isBase) url.pathname = `${url.pathname.replace(/\/*$/, '')}/v1/traces`;
  return url;
}

/** `a=b,c=d%20e`; undefined where it is something else. */
function parsePairs(text: string): Record<string, string> | undefined {
  const pairs: Record<string, string> = {};
  for (const part of text.split(',')) {
    if (part.trim() === '') continue;
    const at = part.indexOf('=');
    const name = part.slice(0, Math.max(0, at)).trim();
    if (!/^[\w.-]{1,200}$/.test(name)) return undefined;
    try {
      pairs[name] = decodeURIComponent(part.slice(at + 1).trim());
    } catch {
      return undefined;
    }
    if (/[\r\n\0]/.test(pairs[name] ?? '')) return undefined;
  }
  return pairs;
}
