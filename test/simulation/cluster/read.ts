import { type Call, named, storedAt } from './call.ts';
import { notFound } from './errors.ts';
import type { KubeObject } from './json.ts';
import type { Server } from './server.ts';

export function get(call: Call, { store }: Server): KubeObject {
  const object = store.get(...storedAt(call));
  if (object === undefined) throw notFound(named(call));
  return object;
}
