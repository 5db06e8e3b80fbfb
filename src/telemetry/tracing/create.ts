import type { Env } from '../../env/env.ts';
import { asFailure } from '../../errors.ts';
import type { Metrics } from '../metrics.ts';
import { SpanExporter } from './exporter.ts';
import { tracingSettings } from './settings.ts';
import { Tracer } from './tracer.ts';

const maxCertificateBytes = 1024 * 1024;

export interface Tracing {
  tracer: Tracer;
  close(): Promise<void>;
}

/** Undefined, most often: no traces are asked for. Asks the environment variables of OpenTelemetry; never throws. */
export async function createTracing(env: Env, metrics: Metrics, version: string): Promise<Tracing | undefined> {
  const { settings, problems } = tracingSettings(name => env.processes.variable(name));
  for (const { variable, reason } of problems)
    env.log.warn('A variable about traces is not followed', { variable, reason });
  if (settings === undefined) return undefined;
  let certificate: string | undefined;
  try {
    if (settings.certificate !== undefined)
      certificate = Buffer.from(await env.files.read(settings.certificate, maxCertificateBytes)).toString('utf8');
  } catch (error) {
    env.log.warn('No traces are sent: the certificate cannot be read', { reason: asFailure(error).message });
    return undefined;
  }
  const self = {
    'service.version': version,
    'service.instance.id': env.random.uuid(),
    'telemetry.sdk.name': 'holdfast',
    'telemetry.sdk.language': 'nodejs',
    'telemetry.sdk.version': version,
  };
  const resource = { ...self, ...settings.resource };
  const exporter = new SpanExporter({ env, metrics, settings: { ...settings, resource }, certificate, version });
  const { origin, pathname } = settings.endpoint;
  env.log.info('Traces are sent', { url: origin + pathname });
  return { tracer: new Tracer(env, settings.sampler, span => exporter.add(span)), close: () => exporter.close() };
}
