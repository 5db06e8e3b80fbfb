import type { Applied, ResourceKey } from '../model/resource.ts';

/** Where the runner keeps what it did, at once: a crash between two writes must find the first one remembered. */
export interface AppliedMemory {
  get(key: ResourceKey): Applied | undefined;
  record(applied: Applied): void;
  forget(key: ResourceKey): void;
}
