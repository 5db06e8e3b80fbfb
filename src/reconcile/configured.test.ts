import { expect, test } from 'vitest';
import type { AuditEntry } from '../access/audit/record.ts';
import { recordConfigured } from './configured.ts';

function operator() {
  const meta = new Map<string, string>();
  const told: AuditEntry[] = [];
  const services = {
    audit: { record: (entry: AuditEntry) => void told.push(entry) },
    store: {
      meta: (key: string) => meta.get(key),
      setMeta: (key: string, value: string | undefined) => void meta.set(key, value ?? ''),
    },
  };
  /** What a start with this configuration records. */
  return (config: object) => {
    told.length = 0;
    recordConfigured(services, config);
    return told.map(({ action, who, detail }) => [action, who, detail?.fields]);
  };
}

const config = { repo: 'a', interval: 1, access: { policy: '', accounts: [] }, target: { machine: { root: 'x' } } };

test('the first start is no change; then what is other than at the start before is one, once', () => {
  const start = operator();
  expect(start(config)).toEqual([]);
  expect(start(config)).toEqual([]);
  expect(start({ ...config, interval: 2, access: { ...config.access, policy: 'p, a, b, c, d, allow' } })).toEqual([
    ['access.changed', 'holdfast', ['access.policy']],
    ['settings.changed', 'holdfast', ['interval']],
  ]);
  expect(start({ ...config, interval: 2 })).toEqual([['access.changed', 'holdfast', ['access.policy']]]);
  expect(start({ repo: 'a', interval: 2 })).toEqual([
    ['access.changed', 'holdfast', ['access.accounts', 'access.policy']],
    ['settings.changed', 'holdfast', ['target.machine']],
  ]);
});

test('what it says is told to nobody', () => {
  const told: AuditEntry[] = [];
  const meta = new Map([['configured-words', '{"a":"b"}']]);
  const store = {
    meta: (key: string) => meta.get(key),
    setMeta: (key: string, value?: string) => void meta.set(key, value ?? ''),
  };
  recordConfigured(
    { audit: { record: entry => void told.push(entry) }, store },
    { access: { policy: 'CANARY' }, url: 'CANARY' },
  );
  expect(told).toHaveLength(2);
  expect(JSON.stringify([told, [...meta]])).not.toContain('CANARY');
});
