import { type Call, named } from './call.ts';
import { forbidden, notFound } from './errors.ts';
import type { Server } from './server.ts';

/** Nothing is made in a namespace that is not there, or that is going. */
export function admitNamespace(call: Call, { store }: Server): void {
  const { kind, namespace } = call;
  if (!kind.namespaced) return;
  const found = store.get('/namespaces', `/${namespace}`);
  if (found === undefined) throw notFound({ group: '', plural: 'namespaces', kind: 'Namespace', name: namespace });
  if (found.metadata.deletionTimestamp === undefined) return;
  const why = `unable to create new content in namespace ${namespace} because it is being terminated`;
  const message = `namespace ${namespace} is being terminated`;
  throw forbidden(named(call), why, [{ reason: 'NamespaceTerminating', message, field: 'metadata.namespace' }]);
}
