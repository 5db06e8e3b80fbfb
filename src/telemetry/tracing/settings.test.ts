import { expect, test } from 'vitest';
import { tracingSettings, tracingVariables } from './settings.ts';

const read = (variables: Record<string, string>) => tracingSettings(name => variables[name]);
const endpoint = 'http://collector:4318';
const settingsOf = (more: Record<string, string> = {}) =>
  read({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, ...more }).settings;

test.each([
  ['nothing is asked for', {}],
  ['it is empty, which is the same', { OTEL_EXPORTER_OTLP_ENDPOINT: ' ' }],
  ['it is switched off', { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_SDK_DISABLED: 'TRUE' }],
  ['they are to go nowhere', { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_TRACES_EXPORTER: 'none' }],
])('no traces where %s', (_, variables) => {
  expect(read(variables)).toEqual({ problems: [] });
});

test.each([
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint }, 'http://collector:4318/v1/traces'],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'https://host/base/' }, 'https://host/base/v1/traces'],
  [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://host/as-it-is' }, 'https://host/as-it-is'],
  [
    { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://other/v1/traces' },
    'http://other/v1/traces',
  ],
  [{ OTEL_TRACES_EXPORTER: 'otlp' }, 'http://localhost:4318/v1/traces'],
])('%j sends to %s', (variables, expected) => {
  expect(read(variables).settings?.endpoint.href).toBe(expected);
});

test('what is said of it, and to whom it is sent with what', () => {
  const settings = settingsOf({
    OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20a, x-team = red',
    OTEL_EXPORTER_OTLP_TRACES_HEADERS: 'x-team=blue',
    OTEL_RESOURCE_ATTRIBUTES: 'service.name=other,deployment.environment.name=prod',
    OTEL_SERVICE_NAME: 'delivery',
    OTEL_EXPORTER_OTLP_TIMEOUT: '250',
    OTEL_BSP_MAX_QUEUE_SIZE: '10',
  });
  expect(settings).toMatchObject({
    headers: { authorization: 'Bearer a', 'x-team': 'blue' },
    resource: { 'service.name': 'delivery', 'deployment.environment.name': 'prod' },
    timeoutMs: 250,
    delayMs: 5_000,
    maxQueue: 10,
    maxBatch: 10,
  });
});

test.each([
  ['OTEL_EXPORTER_OTLP_ENDPOINT', 'collector:4318', 'none'],
  ['OTEL_EXPORTER_OTLP_ENDPOINT', 'grpc://collector', 'none'],
  ['OTEL_EXPORTER_OTLP_ENDPOINT', 'http://appdev:secret@collector', 'none'],
  ['OTEL_EXPORTER_OTLP_HEADERS', 'secret', 'some'],
  ['OTEL_EXPORTER_OTLP_HEADERS', 'a=%0d%0ax: secret', 'some'],
  ['OTEL_EXPORTER_OTLP_TIMEOUT', 'soon', 'some'],
  ['OTEL_EXPORTER_OTLP_PROTOCOL', 'grpc', 'some'],
  ['OTEL_TRACES_SAMPLER', 'jaeger_remote', 'some'],
  ['OTEL_TRACES_SAMPLER_ARG', '1.5', 'some'],
  ['OTEL_TRACES_EXPORTER', 'zipkin', 'some'],
])('%s=%s is told, and there are %s traces', (name, value, traces) => {
  const { settings, problems } = read({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, [name]: value });
  expect(settings === undefined ? 'none' : 'some').toBe(traces);
  expect(problems).toEqual([{ variable: name, reason: expect.any(String) }]);
  expect(JSON.stringify(problems)).not.toContain('secret');
});

test('every variable of the table is read', () => {
  const asked = new Set<string>();
  tracingSettings(name => {
    asked.add(name);
    return name === 'OTEL_EXPORTER_OTLP_ENDPOINT' ? endpoint : undefined;
  });
  expect([...asked].toSorted()).toEqual(Object.keys(tracingVariables).toSorted());
});

const kept = '00000000000000000000000000000000';
const dropped = 'ffffffffffffffffffffffffffffffff';
test.each([
  ['always_on', '1', dropped, false, true],
  ['always_off', '1', kept, true, false],
  ['traceidratio', '0.5', kept, undefined, true],
  ['traceidratio', '0.5', dropped, true, false],
  ['traceidratio', '0', kept, undefined, false],
  ['traceidratio', '1', dropped, undefined, true],
  ['parentbased_always_on', '1', dropped, undefined, true],
  ['parentbased_always_on', '1', dropped, false, false],
  ['parentbased_always_off', '1', kept, true, true],
  ['parentbased_always_off', '1', kept, undefined, false],
  ['parentbased_traceidratio', '0.5', dropped, true, true],
  ['parentbased_traceidratio', '0.5', dropped, undefined, false],
])('%s with %s of %s below %s: %s', (name, share, traceId, parent, expected) => {
  const settings = settingsOf({ OTEL_TRACES_SAMPLER: name, OTEL_TRACES_SAMPLER_ARG: share });
  expect(settings?.sampler(traceId, parent === undefined ? undefined : { sampled: parent })).toBe(expected);
});
