import type { Audit } from '../access/audit/log.ts';
import type { Store } from '../store/store.ts';
import { changedFields } from './declared-words.ts';

/** Of these it is said by which part they decide who may do what. */
const ofAccess = /^(access|oidc)\b/;

/**
 * Records what changed of the operator's own configuration since it ran last: whoever has its files changed it, and it holds from now
 * on. Fields only; what they say may be of anybody's machine.
 */
export function recordConfigured(
  { audit, store }: { audit: Pick<Audit, 'record'>; store: Pick<Store, 'meta' | 'setMeta'> },
  config: object,
): void {
  const changed = changedFields(store, 'configured-words', fieldsOf(config));
  for (const action of ['access.changed', 'settings.changed'] as const) {
    const fields = changed.filter(name => ofAccess.test(name) === (action === 'access.changed')).slice(0, 50);
    if (fields.length === 0) continue;
    const what = `the operator’s own configuration: ${fields.join(', ')}`;
    audit.record({ who: 'holdfast', via: 'automation', action, what, result: 'done', detail: { fields } });
  }
}

/** Two levels: `interval`, `access.policy`, `target.kubernetes`. */
function fieldsOf(config: object): [string, unknown][] {
  return Object.entries(config).flatMap(([name, value]): [string, unknown][] => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return [[name, value]];
    return Object.entries(value).map(([below, one]): [string, unknown] => [`${name}.${below}`, one]);
  });
}
