import { expect, test } from 'vitest';
import { startOtlpReceiver, tracedTo } from '../../world/otlp-receiver.ts';
import { waitFor } from '../../world/wait.ts';
import { configMap, environmentOf, startDelivery } from '../delivery/setup.ts';

const files = (name: string) => ({
  'holdfast.yaml': environmentOf(name, [{ name, path: 'app', namespace: name }]),
  'app/a.json': configMap('a', { color: 'red' }),
});

test('a receiver that hangs costs spans and nothing else: delivery goes on, and so does stopping', async () => {
  await using receiver = await startOtlpReceiver();
  receiver.fault = () => ({ hang: true });
  const change = tracedTo(receiver.url, {
    OTEL_EXPORTER_OTLP_TIMEOUT: '60000',
    OTEL_BSP_MAX_QUEUE_SIZE: '4',
    OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '2',
  });
  await using delivery = await startDelivery(files, {}, { change });
  const { test: holdfast, name, repo } = delivery;
  await holdfast.untilSynced(name);
  for (const color of ['green', 'blue', 'grey']) {
    const commit = await repo.commit({ 'app/a.json': configMap('a', { color }) });
    await holdfast.untilSynced(name, commit);
  }
  expect(holdfast.operator.history(name)).toHaveLength(4);
  await waitFor('spans to be dropped', () =>
    /^holdfast_trace_spans_total\{result="dropped"} [1-9]/m.test(holdfast.operator.metrics()),
  );
  expect(receiver.log).toHaveLength(1);
  const began = performance.now();
  await holdfast.close();
  expect(performance.now() - began).toBeLessThan(10_000);
});

test('a receiver that is not there is told of once, not with every span', async () => {
  const change = tracedTo('http://127.0.0.1:9', { OTEL_BSP_SCHEDULE_DELAY: '10' });
  await using delivery = await startDelivery(files, {}, { change });
  const { test: holdfast, name, repo } = delivery;
  await holdfast.untilSynced(name);
  const told = () => holdfast.log.filter(({ message }) => message === 'Traces cannot be sent');
  await waitFor('the warning', () => told().length > 0);
  const commit = await repo.commit({ 'app/a.json': configMap('a', { color: 'green' }) });
  await holdfast.untilSynced(name, commit);
  expect(told()).toEqual([expect.objectContaining({ level: 'warn', reason: expect.stringContaining('127.0.0.1:9') })]);
});
