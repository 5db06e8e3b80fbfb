import { Access } from '../../access/access.ts';
import type { AccessSettings } from '../../dialects/access.ts';
import type { Env } from '../../env/env.ts';
import { Documents } from '../../store/documents.ts';
import { createStore } from '../../store/store.ts';

/** Access with a store in memory; without settings, nobody but the owner is anybody. */
export function memoryAccess(env: Env, settings?: AccessSettings): Access {
  return new Access({ env, store: createStore(new Documents(undefined, env), env.clock), settings });
}
