import { writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { jsonLog } from '../../../src/env/real/log.ts';
import { realEnv } from '../../../src/env/real.ts';
import { Metrics } from '../../../src/telemetry/metrics.ts';
import { createTracing } from '../../../src/telemetry/tracing/create.ts';
import { temporaryDirectory } from '../../world/directory.ts';
import { type OtlpReceiver, startOtlpReceiver, tracedTo } from '../../world/otlp-receiver.ts';

/** One span to the receiver; answers what was logged, and counted. */
async function sendOne(receiver: OtlpReceiver, more: Record<string, string>) {
  const log: { message: string; reason?: string }[] = [];
  const env = tracedTo(receiver.url, more)(realEnv(jsonLog('info', line => log.push(JSON.parse(line)))));
  const metrics = new Metrics();
  const tracing = await createTracing(env, metrics, '1');
  tracing?.tracer.start('one', undefined).end();
  await tracing?.close();
  const counted = metrics.text([]).match(/^holdfast_trace_spans_total.*$/gm);
  return { log, counted, isSending: tracing !== undefined };
}

test('over https: the authority that is named is trusted, the system’s are not enough, and a file that is not there is told', async () => {
  await using receiver = await startOtlpReceiver({ tls: true });
  await using directory = await temporaryDirectory('traces-tls');
  const authority = `${directory.path}/ca.pem`;
  await writeFile(authority, receiver.ca ?? '');

  const trusted = await sendOne(receiver, { OTEL_EXPORTER_OTLP_CERTIFICATE: authority });
  expect(trusted.counted).toEqual(['holdfast_trace_spans_total{result="exported"} 1']);
  expect([receiver.spans.map(({ name }) => name), receiver.problems]).toEqual([['one'], []]);

  const stranger = await sendOne(receiver, {});
  expect(stranger.counted).toEqual(['holdfast_trace_spans_total{result="failed"} 1']);
  expect(stranger.log.map(({ message }) => message)).toEqual(['Traces are sent', 'Traces cannot be sent']);

  const missing = await sendOne(receiver, { OTEL_EXPORTER_OTLP_CERTIFICATE: `${directory.path}/none.pem` });
  expect(missing).toMatchObject({ isSending: false, counted: null });
  expect(missing.log).toEqual([
    expect.objectContaining({ message: 'No traces are sent: the certificate cannot be read', level: 'warn' }),
  ]);
});
